package import Foundation
package import ProfileImages
import Storage
import SystemPackage

/// Copies a backup into an empty state folder.
package struct BackupRestoration: Sendable {
    /// Why a backup is not restored. Nothing was changed then.
    package enum Failure: Error, Equatable {
        case noBackup
        /// There is a database in the state folder.
        case notEmpty
        /// What is wrong with the backup's database.
        case damagedDatabase(String)
    }

    private static let batch = 64

    private let source: FilePath
    private let state: FilePath
    private let actor: Actor

    package init(from folder: String, to state: String, by actor: Actor) {
        source = FilePath(folder)
        self.state = FilePath(state)
        self.actor = actor
    }

    /// How many media items the backup has.
    /// - Throws: `Failure`.
    package func itemCount() throws -> Int {
        try withBackup { backup in try backup.read { try $0.mediaCount() } }
    }

    /// Copies the files, and then the database: until it is there, the state folder is as good as empty, and the restoration may
    /// be run anew.
    /// - Parameter progress: is called for each media item.
    /// - Returns: files that the backup should hold, but does not.
    /// - Throws: `Failure`, or what the stores throw.
    package func run(now: Date = .now, progress: () -> Void = {}) throws -> [ObjectKey] {
        let target = state.appending(Backup.databaseName)
        guard !FileManager.default.fileExists(atPath: target.string) else { throw Failure.notEmpty }
        let files = try FileObjectStore(root: state)
        let part = state.appending("\(Backup.databaseName).part")
        let lost = try withBackup { backup in
            try backup.copy(to: part.string)
            return try copyFiles(of: backup, to: files, progress: progress)
        }
        try files.flushAll()
        try part.rename(to: target)
        try files.flushAll()
        let restored = try SQLiteMetadataStore(path: target.string)
        try restored.write { transaction in
            try transaction.insertAuditRecord(.restored, of: nil, subject: source.string, by: actor, at: now)
        }
        try restored.close()
        return lost
    }

    private func withBackup<Value>(_ body: (SQLiteMetadataStore) throws -> Value) throws -> Value {
        let path = source.appending(Backup.databaseName).string
        guard FileManager.default.fileExists(atPath: path) else { throw Failure.noBackup }
        let backup = try SQLiteMetadataStore(path: path)
        if let fault = try backup.integrityFaults().first { throw Failure.damagedDatabase(fault) }
        let value = try body(backup)
        try backup.close()
        return value
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
