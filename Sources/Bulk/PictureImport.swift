import Bytes
import Crypto
import Foundation
import Imaging
package import ProfileImages

/// Imports pictures and attributes by the same rules as uploads, on all cores.
package struct PictureImport: Sendable {
    /// The number of pictures that are flushed to disk together.
    private static let batch = 64

    private let source: ImportSource
    private let service: BulkService
    private let maxBytes: Int
    private let actor: AuditActor

    /// - Parameter maxBytes: the maximum size of a picture.
    package init(_ source: ImportSource, service: BulkService, maxBytes: Int, by actor: AuditActor) {
        self.source = source
        self.service = service
        self.maxBytes = maxBytes
        self.actor = actor
    }

    /// Imports all items. Pictures that a previous import has stored are skipped, unless `again` is true. An
    /// interrupted import can run again.
    /// - Parameters:
    ///   - isDry: whether nothing is stored.
    ///   - progress: called with the number of items in each batch.
    /// - Throws: an error of the stores. The batches before it stay stored.
    package func run(again: Bool = false, isDry: Bool = false, progress: (Int) -> Void) throws -> BulkReport {
        var report = BulkReport()
        try OrderedPipeline(batch: Self.batch).run(count: source.count) { index in
            LabelledOutcome(item: source.label(index), outcome: outcome(index, again: again))
        } handOver: { outcomes in
            try report.add(outcomes) {
                try isDry ? Array(repeating: nil, count: $0.count) : service.store($0, by: actor)
            }
            progress(outcomes.count)
        }
        return report
    }

    private func outcome(_ index: Int, again: Bool) -> BulkOutcome<BulkEntry> {
        do {
            let item = try source.item(index)
            let picture = try item.file.flatMap { try self.picture(item, at: $0, again: again) }
            guard picture != nil || item.attributes != nil else { return .known }
            return .value(
                BulkEntry(user: item.user, image: picture?.image, digest: picture?.digest, change: item.change)
            )
        } catch {
            return .refused(error)
        }
    }

    /// - Returns: nil if a previous import has stored the same picture for the user.
    private func picture(_ item: ImportItem, at file: String, again: Bool) throws
        -> (image: PreparedImage, digest: String)?
    {
        let bytes = try source.folder.contents(of: file, upTo: maxBytes)
        let digest = Self.digest(of: bytes, shown: item)
        if try !again && service.isImported(digest, of: item.user) { return nil }
        let picture = NewImage(bytes, crop: item.crop, name: item.name, rating: item.rating)
        return (try prepare(picture, of: item.user), digest)
    }

    /// Waits for memory without a time limit, because no client waits for the import.
    private func prepare(_ picture: NewImage, of user: UserID) throws -> PreparedImage {
        while true {
            do { return try service.prepare(picture, of: user) } catch ImageError.busy {}
        }
    }

    private static func digest(of bytes: [UInt8], shown item: ImportItem) -> String {
        var hash = SHA256()
        hash.update(data: bytes)
        if let crop = item.crop { hash.update(data: Array("\(crop.x),\(crop.y),\(crop.width),\(crop.height)".utf8)) }
        hash.update(data: Array(item.rating.rawValue.utf8))
        return hash.finalize().map(\.hexadecimal).joined()
    }
}

/// The data of one user in an import, before it is checked.
struct ImportItem: Sendable {
    let user: UserID
    /// The path relative to the folder; nil if only attributes are imported.
    let file: String?
    let name: String
    let crop: PixelRect?
    let rating: ImageRating
    /// The members that are profile attributes.
    let attributes: JSONObjectReader?

    var change: (@Sendable (inout ProfileAttributes) throws -> Void)? {
        guard let attributes else { return nil }
        return { try $0.set(by: attributes) }
    }
}

extension ImportItem {
    private static let maxPathBytes = 4096

    /// A file that is named after its user, percent-encoded as in a URL path, with or without a file extension.
    /// - Throws: `BulkError.badLine`.
    init(fileName: String) throws(BulkError) {
        let stem = fileName.lastIndex(of: ".").map { fileName[..<$0] } ?? fileName[...]
        guard !stem.unicodeScalars.contains(where: { $0 == "/" || $0 == "\u{FFFD}" }),
            let name = String(percentDecoding: stem), let user = UserID(rawValue: name)
        else { throw .badLine("names no user: the file name must be the user identifier, percent-encoded") }
        self.init(user: user, file: fileName, name: fileName, crop: nil, rating: .g, attributes: nil)
    }

    /// A line `{"user": …, "file": …}` with optional members `name`, `crop`, `rating` and the attributes of a profile.
    /// - Throws: `CodedError`, or `BulkError.badLine`.
    init(line: [UInt8]) throws {
        var body = try JSONObjectReader(line)
        guard let user = UserID(rawValue: try body.requiredText("user", maxBytes: UserID.maxBytes)) else {
            throw BulkError.badLine("names no user")
        }
        let file = try body.text("file", maxBytes: Self.maxPathBytes) ?? nil
        let name = try body.text("name", maxBytes: Self.maxPathBytes) ?? nil
        let crop = try (body.text("crop", maxBytes: Self.maxPathBytes) ?? nil).map { try PixelRect(crop: $0) }
        let rating = try (body.text("rating", maxBytes: Self.maxPathBytes) ?? nil).map { try ImageRating(text: $0) }
        // Refuses invalid attributes before any work is done.
        var tried = ProfileAttributes()
        try tried.set(by: body)
        try tried.checkBounds()
        self.init(
            user: user,
            file: file,
            name: name ?? file?.split(separator: "/").last.map(String.init) ?? "",
            crop: crop,
            rating: rating ?? .g,
            attributes: body.names.isEmpty ? nil : body
        )
    }
}
