import Foundation
package import ProfileImages
import Storage
import SystemPackage

/// Writes all users with all their data to a folder: a manifest, and the files in the layout of the state folder.
package struct FolderExport: Sendable {
    private static let batch = 16
    /// The number of attempts to read a user that changes at the same time.
    private static let attempts = 5
    private static let unfinished = "\(ExportManifest.fileName).part"

    private let service: BulkService
    private let folder: FilePath
    private let actor: AuditActor

    package init(to folder: String, service: BulkService, by actor: AuditActor) {
        self.service = service
        self.folder = FilePath(folder)
        self.actor = actor
    }

    /// Whether the folder contains a complete export.
    package var isFinished: Bool {
        FileManager.default.fileExists(atPath: folder.appending(ExportManifest.fileName).string)
    }

    /// Writes the export. After an interruption the next run continues and skips the files that are written already.
    /// Each user is exported in the state of one moment.
    /// - Parameter progress: called with the total number of processed users.
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

    /// Writes one page of users, their files first.
    /// - Returns: the number of the last user; nil if there are no more users.
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

    /// Returns the user with all files, in a state in which all files exist; nil if the user was erased in the
    /// meantime.
    /// - Throws: `BulkError.missingFile` if a file is lost.
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
