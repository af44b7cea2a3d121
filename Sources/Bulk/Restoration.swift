import Foundation
import Imaging
package import ProfileImages

/// Restores what an export has written, to the byte.
package struct Restoration: Sendable {
    private typealias RestoredUser = (user: ExportedUser, files: [(bytes: [UInt8], key: ObjectKey)])

    /// So many users wait for the disk together. A user may have many and large files.
    private static let batch = 16

    private let source: ImportSource
    private let service: BulkService
    private let actor: Actor

    package init(_ source: ImportSource, service: BulkService, by actor: Actor) {
        self.source = source
        self.service = service
        self.actor = actor
    }

    /// Restores everyone who is not here already. It may be interrupted and run anew.
    /// - Parameters:
    ///   - isDry: whether nothing is stored.
    ///   - progress: is called with how many users are done.
    /// - Throws: what the stores throw. Whatever the report would say so far is stored.
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

    /// The files that the line names, which must be those of its media and nothing else.
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
