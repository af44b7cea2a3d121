import FoundationEssentials
import Imaging
import ProfileImages

/// A tar archive for a user with all data about them: `person.json`, `identities.json` with the data from identity
/// providers, the images in their best quality, the documents unchanged, and `media.json`, which describes each file.
struct PersonalArchive: Sendable {
    fileprivate struct Item: Encodable {
        let file: String
        let identifier: String
        let additionalType: String
        let name: String
        let encodingFormat: String
        let isActive: Bool
        let createdDateTime: String
        /// Only for images.
        let source: String?
        let rating: String?
    }

    let profile: Profile
    let person: Person
    let identities: [ExportedIdentity]
    let media: MediaService

    /// Calls `write` with the tar archive in small pieces; only one piece is in memory at a time.
    func send(to write: ([UInt8]) -> Void) throws {
        try send("person.json", of: person, to: write)
        try send("identities.json", of: identities, to: write)
        var items: [Item] = []
        for item in try media.media(of: profile.userID, limit: .max) {
            // An item that was removed after the list was read is left out, both as a file and in `media.json`.
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
        let content = Array(try JSONEncoder.standard(.prettyPrinted).encode(value))
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
    /// Each document has its own folder, so that it keeps its original name.
    fileprivate var archivePath: String {
        switch content {
        case .image: return "pictures/\(id.rawValue).\(originalExtension)"
        case .document:
            // By Unicode scalars: a slash with a combining mark is another `Character`.
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
