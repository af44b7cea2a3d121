package import Foundation
package import ProfileImages
import Storage
import SystemPackage

/// Copies a backup into an empty state folder.
package struct BackupRestoration: Sendable {
    /// The reason why a backup is not restored. The state folder is unchanged.
    package enum Failure: Error, Equatable {
        case noBackup
        /// The state folder contains a database.
        case notEmpty
        /// The fault in the backup's database.
        case damagedDatabase(String)
    }

    private static let batch = 64

    private let source: FilePath
    private let state: FilePath
    private let actor: AuditActor

    package init(from folder: String, to state: String, by actor: AuditActor) {
        source = FilePath(folder)
        self.state = FilePath(state)
        self.actor = actor
    }

    /// Copies the database under a temporary name, then the files, and renames the database last. Until the rename the
    /// state folder counts as empty, and the restoration can run again. The backup is only read.
    /// - Parameters:
    ///   - begin: called with the number of media items.
    ///   - progress: called once for each media item.
    /// - Returns: the keys of files that are missing in the backup.
    /// - Throws: `Failure`, or an error of the stores.
    package func run(
        now: Date = .now,
        begin: (_ count: Int) -> Void = { _ in },
        progress: () -> Void = {}
    ) throws -> [ObjectKey] {
        let target = state.appending(Backup.databaseName)
        guard !FileManager.default.fileExists(atPath: target.string) else { throw Failure.notEmpty }
        let files = try FileObjectStore(root: state)
        let part = state.appending("\(Backup.databaseName).part")
        try copyDatabase(to: part)
        let copy = try SQLiteMetadataStore(path: part.string)
        if let fault = try copy.integrityFaults().first { throw Failure.damagedDatabase(fault) }
        begin(try copy.read { try $0.mediaCount() })
        let lost = try copyFiles(of: copy, to: files, progress: progress)
        try copy.write { transaction in
            try transaction.insertAuditRecord(.restored, of: nil, subject: source.string, by: actor, at: now)
        }
        // The closed database is one file, so one rename is enough.
        try copy.close(isFinal: true)
        try files.flushAll()
        try part.replaceDatabase(target)
        try files.flushAll()
        return lost
    }

    /// Copies the database file, and its log if a service has used the backup as its state folder.
    private func copyDatabase(to part: FilePath) throws {
        let database = source.appending(Backup.databaseName)
        guard FileManager.default.fileExists(atPath: database.string) else { throw Failure.noBackup }
        for suffix in ["", "-wal", "-shm"] {
            let copy = FilePath("\(part.string)\(suffix)")
            if FileManager.default.fileExists(atPath: copy.string) {
                try FileManager.default.removeItem(atPath: copy.string)
            }
            // SQLite rebuilds the `-shm` index from the log.
            if suffix != "-shm" { try self.copy("\(Backup.databaseName)\(suffix)", to: copy) }
        }
    }

    /// Copies a file of the backup; the log may be absent. Symbolic links are not followed, because the backup may be
    /// hostile.
    private func copy(_ name: String, to copy: FilePath) throws {
        let permissions: FilePermissions = [.ownerReadWrite, .groupRead]
        let file = try FileDescriptor.open(
            copy,
            .writeOnly,
            options: [.create, .exclusiveCreate],
            permissions: permissions
        )
        try file.closeAfter {
            var failure: (any Error)?
            do {
                try source.read(name, piece: 1 << 20, begin: { _ in }) { piece in
                    do { if failure == nil { try file.writeAll(piece) } } catch { failure = error }
                }
            } catch Errno.noSuchFileOrDirectory where name != Backup.databaseName {
                try FileManager.default.removeItem(atPath: copy.string)
            }
            if let failure { throw failure }
        }
    }

    private func copyFiles(of backup: SQLiteMetadataStore, to files: FileObjectStore, progress: () -> Void) throws
        -> [ObjectKey]
    {
        let source = try FileObjectStore(root: source)
        var lost: [ObjectKey] = []
        var last: MediaID?
        while case let items = try backup.read({ try $0.allMedia(after: last, limit: Self.batch) }),
            let newest = items.last
        {
            var found: [(bytes: [UInt8], key: ObjectKey)] = []
            for item in items {
                for key in Set([item.original, item.key]) {
                    if let bytes = try source.get(key) {
                        found.append((bytes, key))
                    } else if key == item.original {
                        lost.append(key)
                    }
                }
                progress()
            }
            try files.put(found)
            last = newest.id
        }
        return lost
    }
}
