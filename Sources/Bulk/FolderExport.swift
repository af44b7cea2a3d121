import Foundation
package import ProfileImages
import Storage
import SystemPackage

/// Writes everyone with all that is kept of them into a folder: a manifest, and beside it the files in the layout that they
/// have here.
package struct FolderExport: Sendable {
    private static let batch = 16
    /// How often a user is looked at who changes meanwhile.
    private static let attempts = 5
    private static let unfinished = "\(ExportManifest.fileName).part"

    private let service: BulkService
    private let folder: FilePath
    private let actor: Actor

    package init(to folder: String, service: BulkService, by actor: Actor) {
        self.service = service
        self.folder = FilePath(folder)
        self.actor = actor
    }

    /// Whether there is a whole export in the folder.
    package var isFinished: Bool {
        FileManager.default.fileExists(atPath: folder.appending(ExportManifest.fileName).string)
    }

    /// Writes the export; one that was interrupted is finished, and what it has written is not written again. Each user is
    /// written as of one moment.
    /// - Parameter progress: is called with how many users are done by then.
    package func run(progress: (Int) -> Void) throws -> BulkReport {
        let files = try FileObjectStore(root: folder, permissions: 0o700)
        try service.recordExport(to: folder.string, by: actor)
        var report = BulkReport()
        let part = folder.appending(Self.unfinished)
        let manifest = try FileDescriptor.open(
            part,
            .writeOnly,
            options: [.create, .truncate, .closeOnExec],
            permissions: .ownerReadWrite
        )
        try manifest.closeAfter {
            try manifest.writeAll(ExportManifest.text(ExportManifest.Header.current) + [UInt8(ascii: "\n")])
            var last: Int64 = 0
            while let number = try write(after: last, to: manifest, files, &report) {
                progress(report.done + report.refusals.count)
                last = number
            }
        }
        try files.flushAll()
        try FileManager.default.moveItem(atPath: part.string, toPath: folder.appending(ExportManifest.fileName).string)
        try files.flushAll()
        return report
    }

    /// Writes some users, their files first.
    /// - Returns: the number of the last; nil when there are no more.
    private func write(
        after number: Int64,
        to manifest: FileDescriptor,
        _ store: FileObjectStore,
        _ report: inout BulkReport
    ) throws -> Int64? {
        let page = try service.exportedUsers(after: number, limit: Self.batch)
        var lines = Data()
        var missing: [(bytes: [UInt8], key: ObjectKey)] = []
        for (_, user) in page {
            do {
                guard let (user, files) = try current(user) else { continue }
                missing += try files.filter { try store.get($0.key) != $0.bytes }
                let names = files.map { ExportManifest.File($0.bytes, at: $0.key) }
                lines += try ExportManifest.text(ExportManifest.Line(user: user, files: names)) + [UInt8(ascii: "\n")]
                report.done += 1
            } catch let error as BulkError {
                report.refuse(user.userId.rawValue, because: error)
            }
        }
        try store.put(missing)
        try manifest.writeAll(lines)
        return page.last?.number
    }

    /// The user with the files, as of a moment at which all of them were there; nil when the user was erased meanwhile.
    /// - Throws: `BulkError.missingFile` when a file is lost.
    private func current(_ user: ExportedUser) throws -> (ExportedUser, [(bytes: [UInt8], key: ObjectKey)])? {
        var user = user
        for _ in 0..<Self.attempts {
            if let files = try service.files(of: user) { return (user, files) }
            guard let now = try service.exportedUser(user.userId) else { return nil }
            user = now
        }
        throw BulkError.missingFile("of the user \(user.userId.rawValue)")
    }
}
