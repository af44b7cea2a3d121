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

    /// Calls `write` with the tar archive, a small piece at a time: no more of it is in the memory at once.
    func send(to write: ([UInt8]) -> Void) throws {
        try send("person.json", of: person, to: write)
        try send("identities.json", of: identities, to: write)
        var items: [Item] = []
        for item in try media.media(of: profile.userID, limit: .max) {
            // What was removed since the list was read is in the archive neither as a file nor by name.
            var padding: [UInt8] = []
            let isThere = try media.readOriginal(of: item) { byteCount in
                let entry = TarEntry(path: item.archivePath, modifiedAt: item.createdAt, byteCount: byteCount)
                padding = entry.padding
                write(entry.header)
            } _: {
                write($0)
            }
            guard isThere else { continue }
            write(padding)
            items.append(Item(item))
        }
        try send("media.json", of: items, to: write)
        write(TarEntry.end)
    }

    private func send(_ path: String, of value: some Encodable, to write: ([UInt8]) -> Void) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601WithMilliseconds
        let content = Array(try encoder.encode(value))
        let entry = TarEntry(path: path, modifiedAt: profile.updatedAt, byteCount: content.count)
        write(entry.header + content + entry.padding)
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
