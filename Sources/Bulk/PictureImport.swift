import Crypto
import Foundation
import Imaging
package import ProfileImages

/// Imports pictures and attributes by the same rules as uploads, on all cores.
package struct PictureImport: Sendable {
    /// So many pictures wait for the disk together.
    private static let batch = 64

    private let source: ImportSource
    private let service: BulkService
    private let maxBytes: Int
    private let actor: Actor

    /// - Parameter maxBytes: the longest picture that is taken.
    package init(_ source: ImportSource, service: BulkService, maxBytes: Int, by actor: Actor) {
        self.source = source
        self.service = service
        self.maxBytes = maxBytes
        self.actor = actor
    }

    /// Imports everything, but for what the users were brought before unless `again` says so. It may be interrupted and run
    /// anew.
    /// - Parameters:
    ///   - isDry: whether nothing is stored.
    ///   - progress: is called with how many items are done.
    /// - Throws: what the stores throw. Whatever the report would say so far is stored.
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

    /// - Returns: nil when the user was brought the same picture before.
    private func picture(_ item: ImportItem, at file: String, again: Bool) throws
        -> (image: PreparedImage, digest: String)?
    {
        let bytes = try source.folder.contents(of: file, upTo: maxBytes)
        let digest = Self.digest(of: bytes, shown: item)
        if try !again && service.isImported(digest, of: item.user) { return nil }
        let picture = NewImage(bytes, crop: item.crop, name: item.name, rating: item.rating)
        return (try prepare(picture, of: item.user), digest)
    }

    /// Waits for memory as long as it takes: nobody else does.
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
