import FoundationEssentials
import Imaging
import ProfileImages

/// All that is kept of a user, for themself: `person.json`, what identity providers said in `identities.json`, the pictures
/// at their best, the documents as they came, and `media.json`, which says what each file is.
struct PersonalArchive: Sendable {
    fileprivate struct Item: Encodable {
        let file: String
        let identifier: String
        let additionalType: String
        let name: String
        let encodingFormat: String
        let isActive: Bool
        let createdDateTime: String
        /// Of images only.
        let source: String?
        let rating: String?
    }

    let profile: Profile
    let person: Person
    let identities: [ExportedIdentity]
    let media: MediaService

    /// Calls `write` with the tar archive, a file at a time: no more of it is in the memory at once.
    func send(to write: ([UInt8]) -> Void) throws {
        write(try entry("person.json", of: person).blocks)
        write(try entry("identities.json", of: identities).blocks)
        var items: [Item] = []
        for item in try media.media(of: profile.userID, limit: .max) {
            // What was removed since the list was read is in the archive neither as a file nor by name.
            guard let content = try media.original(of: item) else { continue }
            write(TarEntry(path: item.archivePath, modifiedAt: item.createdAt, content: content).blocks)
            items.append(Item(item))
        }
        write(try entry("media.json", of: items).blocks + TarEntry.end)
    }

    private func entry(_ path: String, of value: some Encodable) throws -> TarEntry {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601WithMilliseconds
        return TarEntry(path: path, modifiedAt: profile.updatedAt, content: Array(try encoder.encode(value)))
    }
}

extension PersonalArchive.Item {
    fileprivate init(_ item: MediaItem) {
        let image: ProfileImage? = if case .image(let image) = item.content { image } else { nil }
        self.init(
            file: item.archivePath,
            identifier: item.id.rawValue,
            additionalType: item.additionalType.rawValue,
            name: item.name,
            encodingFormat: item.originalType,
            isActive: item.isActive,
            createdDateTime: item.createdAt.iso8601,
            source: image?.source.rawValue,
            rating: image?.rating.rawValue
        )
    }
}

extension MediaItem {
    /// A document has a folder of its own, so that its name can be what it was.
    fileprivate var archivePath: String {
        switch content {
        case .image: return "pictures/\(id.rawValue).\(originalExtension)"
        case .document:
            // By scalars: with a combining mark behind it, a slash is another character.
            let name = String(String.UnicodeScalarView(name.unicodeScalars.map { $0 == "/" ? "_" : $0 }))
            return "documents/\(id.rawValue)/\(["", ".", ".."].contains(name) ? "document" : name)"
        }
    }

    fileprivate var originalType: String {
        switch content {
        case .image: ImageFormat.allCases.first { $0.fileExtension == originalExtension }?.mediaType ?? ""
        case .document(let mediaType, _, _): mediaType
        }
    }

    private var originalExtension: String {
        String(original.rawValue.split(separator: ".").last ?? "")
    }
}
