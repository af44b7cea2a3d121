package import Foundation
package import ProfileImages
package import Storage
import SystemPackage

/// Copies the database and all files that cannot be rendered again to a folder, while the service runs.
///
/// The folder is a state folder without the variants that can be rendered again. The next backup to the same folder
/// copies only new files, and removes the files that were deleted since.
package struct Backup: Sendable {
    static let databaseName = "portraitd.sqlite"
    private static let unfinished = "\(databaseName).part"
    private static let batch = 64

    private let metadata: SQLiteMetadataStore
    private let objects: any ObjectStore
    private let folder: FilePath
    private let actor: AuditActor

    package init(of metadata: SQLiteMetadataStore, _ objects: any ObjectStore, to folder: String, by actor: AuditActor)
    {
        self.metadata = metadata
        self.objects = objects
        self.folder = FilePath(folder)
        self.actor = actor
    }

    /// Makes the backup. If the run is interrupted, the previous backup in the folder stays valid, and the next run
    /// continues.
    /// - Parameter progress: called once for each media item.
    /// - Returns: the keys of missing files.
    package func run(now: Date = .now, progress: () -> Void = {}) throws -> [ObjectKey] {
        let files = try FileObjectStore(root: folder, permissions: 0o700)
        try metadata.write { try $0.insertAuditRecord(.backedUp, of: nil, subject: folder.string, by: actor, at: now) }
        let part = folder.appending(Self.unfinished)
        try metadata.copy(to: part.string)
        let copy = try SQLiteMetadataStore(path: part.string)
        // Staged images that no user has claimed are not backed up.
        _ = try copy.write { try $0.deleteStagedImages(.all) }
        let lost = try copyFiles(of: copy, to: files, progress: progress)
        try copy.close(isFinal: true)
        try files.flushAll()
        try part.replaceDatabase(folder.appending(Self.databaseName))
        try files.flushAll()
        try removeDeleted(from: files)
        return lost
    }

    private func copyFiles(of copy: SQLiteMetadataStore, to files: FileObjectStore, progress: () -> Void) throws
        -> [ObjectKey]
    {
        var lost: [ObjectKey] = []
        var last: MediaID?
        while case let items = try copy.read({ try $0.allMedia(after: last, limit: Self.batch) }),
            let newest = items.last
        {
            for item in items {
                if try !copyFiles(of: item, to: files) {
                    if try metadata.read({ try $0.mediaItem(item.id, of: item.userID) }) != nil {
                        lost.append(item.original)
                    }
                    // The file was deleted after the database was copied, or it is lost. The backup must not name files
                    // that it does not contain.
                    try copy.write { try $0.forgetMedia(item.id) }
                }
                progress()
            }
            last = newest.id
        }
        return lost
    }

    /// Copies the files of the item that the backup does not have.
    /// - Returns: false if the original is missing.
    private func copyFiles(of item: MediaItem, to files: FileObjectStore) throws -> Bool {
        var missing: [(bytes: [UInt8], key: ObjectKey)] = []
        for key in Set([item.original, item.key]) where try files.head(key) == nil {
            if let bytes = try objects.get(key) {
                missing.append((bytes, key))
            } else if key == item.original {
                return false
            }
        }
        try files.put(missing)
        return true
    }

    /// Removes files from the backup that users have deleted since the previous backup.
    private func removeDeleted(from files: FileObjectStore) throws {
        let path = folder.appending(Self.databaseName).string
        let copy = try SQLiteMetadataStore(path: path)
        try GarbageCollection(metadata: copy, objects: files).run(changedBefore: .distantFuture, removing: true) { _ in
        }
        try copy.close(isFinal: true)
    }
}

extension FilePath {
    /// Renames a closed database and replaces the database at `target`. A killed process may have left a log next to
    /// `target`; SQLite would apply it to the new database, so the log is removed first.
    /// - Throws: `StoreError` if this database still has a log.
    func replaceDatabase(_ target: FilePath) throws {
        for suffix in ["-wal", "-shm"] {
            guard !FileManager.default.fileExists(atPath: "\(string)\(suffix)") else {
                throw StoreError.unavailable("the log of \(string) could not be written back")
            }
            let companion = "\(target.string)\(suffix)"
            if FileManager.default.fileExists(atPath: companion) {
                try FileManager.default.removeItem(atPath: companion)
            }
        }
        try rename(to: target)
    }
}
