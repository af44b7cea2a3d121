import Foundation
import Imaging
package import ProfileImages

/// Restores the users of an export, with files that are identical byte for byte.
package struct Restoration: Sendable {
    private typealias RestoredUser = (user: ExportedUser, files: [(bytes: [UInt8], key: ObjectKey)])

    /// The number of users that are flushed to disk together. It is small, because a user may have many large files.
    private static let batch = 16

    private let source: ImportSource
    private let service: BulkService
    private let actor: AuditActor

    package init(_ source: ImportSource, service: BulkService, by actor: AuditActor) {
        self.source = source
        self.service = service
        self.actor = actor
    }

    /// Restores all users that do not exist already. An interrupted restoration can run again.
    /// - Parameters:
    ///   - isDry: whether nothing is stored.
    ///   - progress: called with the number of users in each batch.
    /// - Throws: an error of the stores. The batches before it stay stored.
    package func run(isDry: Bool = false, progress: (Int) -> Void) throws -> BulkReport {
        var report = BulkReport()
        try OrderedPipeline(batch: Self.batch).run(count: source.count) { index in
            LabelledOutcome(item: source.label(index), outcome: outcome(index))
        } handOver: { outcomes in
            try report.add(outcomes) {
                try isDry ? Array(repeating: nil, count: $0.count) : service.restore($0, by: actor)
            }
            progress(outcomes.count)
        }
        return report
    }

    private func outcome(_ index: Int) -> BulkOutcome<RestoredUser> {
        do {
            let line = try source.exported(index)
            if try service.isRestored(line.user) { return .known }
            return .value((line.user, try files(line)))
        } catch {
            return .refused(error)
        }
    }

    /// Returns the files of the line. They must be exactly the files of the user's media.
    private func files(_ line: ExportManifest.Line) throws -> [(bytes: [UInt8], key: ObjectKey)] {
        let keys = try line.user.media.flatMap { (item) throws(BulkError) in try item.keys() }
        guard Set(keys) == Set(line.files.map(\.path)), keys.count == line.files.count else {
            throw BulkError.badLine("names other files than the user's media have")
        }
        return try line.files.map { file in
            let bytes = try source.folder.contents(of: file.path.rawValue, upTo: file.byteCount)
            guard ExportManifest.File(bytes, at: file.path) == file else {
                throw BulkError.damagedFile(file.path.rawValue)
            }
            return (bytes, file.path)
        }
    }
}
