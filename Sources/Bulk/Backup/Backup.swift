package import Foundation
package import ProfileImages
package import Storage
import SystemPackage

/// Copies the database and every file that cannot be made again to a folder, while the service serves.
///
/// The folder is a state folder itself, but for the variants that are made again when somebody asks for them. The next backup
/// to it copies only what is new, and removes what was deleted since.
package struct Backup: Sendable {
    static let databaseName = "portraitd.sqlite"
    private static let unfinished = "\(databaseName).part"
    private static let batch = 64

    private let metadata: SQLiteMetadataStore
    private let objects: any ObjectStore
    private let folder: FilePath
    private let actor: Actor

    package init(of metadata: SQLiteMetadataStore, _ objects: any ObjectStore, to folder: String, by actor: Actor) {
        self.metadata = metadata
        self.objects = objects
        self.folder = FilePath(folder)
        self.actor = actor
    }

    /// Makes the backup. One that is interrupted leaves the folder's last backup as it was, and is finished by the next.
    /// - Parameter progress: is called for each media item.
    /// - Returns: what is lost: files that should be there, but are not.
    package func run(now: Date = .now, progress: () -> Void = {}) throws -> [ObjectKey] {
        let files = try FileObjectStore(root: folder, permissions: 0o700)
        try metadata.write { try $0.insertAuditRecord(.backedUp, of: nil, subject: folder.string, by: actor, at: now) }
        let part = folder.appending(Self.unfinished)
        try metadata.copy(to: part.string)
        let copy = try SQLiteMetadataStore(path: part.string)
        // What is nobody's yet is not kept for later.
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
                    // Deleted since the database was copied, or lost: a backup names nothing that it does not hold.
                    try copy.write { try $0.forgetMedia(item.id) }
                }
                progress()
            }
            last = newest.id
        }
        return lost
    }

    /// - Returns: false when the file that cannot be made again is not there.
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

    /// What a user has deleted must not stay in the backup of today.
    private func removeDeleted(from files: FileObjectStore) throws {
        let path = folder.appending(Self.databaseName).string
        let copy = try SQLiteMetadataStore(path: path)
        try GarbageCollection(metadata: copy, objects: files).run(changedBefore: .distantFuture, removing: true) { _ in
        }
        try copy.close(isFinal: true)
    }
}

extension FilePath {
    /// Gives a closed database the name of another, which it replaces as a whole. A log that was left beside the other, by a process that
    /// was killed, would be read as this one's.
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
