import CStorage
import FoundationEssentials
import Glibc
import ProfileImages
import SystemPackage

/// Writes that survive a power loss.
extension FileObjectStore {
    /// Maximum number of files that are flushed one by one; a picture has fewer. syncfs(2) also waits for the writes of
    /// other programs.
    private static let mostFlushed = 8

    /// Writes all files, flushes them, renames them, and flushes their folders. With the first flush of each round the
    /// file system commits its pending changes, so the other flushes are short. For many files, one syncfs(2) replaces
    /// the flushes of a round.
    /// - Throws: `Errno.noSuchFileOrDirectory` if a folder is removed during the call.
    func putOnce(_ objects: [(bytes: [UInt8], key: ObjectKey)]) throws {
        let isMany = objects.count > Self.mostFlushed
        var files: [(temporary: FilePath, path: FilePath)] = []
        var folders: [FilePath] = []
        do {
            for object in objects {
                let path = root.appending(object.key.rawValue)
                let folder = path.removingLastComponent()
                folders += try makeFolder(folder, for: object.key.readers) + [folder]
                files.append((try writeTemporaryFile(object.bytes, in: folder, for: object.key.readers), path))
            }
            if isMany { try flushAll() } else { for file in files { try flush(file.temporary) } }
            for file in files { try file.temporary.rename(to: file.path) }
            if isMany { try flushAll() } else { for folder in Set(folders) { try flush(folder) } }
        } catch {
            for file in files { try? FileManager.default.removeItem(atPath: file.temporary.string) }
            throw error
        }
    }

    /// Waits until the bytes of a file, or the entries of a folder, are on stable storage: fsync(2).
    func flush(_ path: FilePath) throws {
        let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        try descriptor.closeAfter { try descriptor.flush() }
    }

    /// Flushes the file system of the root folder: everything written to this store survives a power loss once this
    /// returns.
    package func flushAll() throws {
        let descriptor = try FileDescriptor.open(root, .readOnly, options: [.directory, .closeOnExec])
        try descriptor.closeAfter { try descriptor.flushFileSystem() }
    }

    /// Creates `folder` and its missing parent folders.
    /// - Returns: the parent folders of the new folders. The caller must flush them, so that the new folders survive a
    ///   power loss.
    private func makeFolder(_ folder: FilePath, for readers: ObjectKey.Readers) throws -> [FilePath] {
        guard folder != root, !FileManager.default.fileExists(atPath: folder.string) else { return [] }
        let parent = folder.removingLastComponent()
        let changed = try makeFolder(parent, for: readers)
        do {
            // The folders for other readers get no chmod(2): it would clear the set-group-ID bit, by which new folders
            // inherit the web server's group.
            try make(folder, readable: readers != .service)
        } catch Errno.fileExists {
            // Another thread created the folder, and may not have flushed its parent folder yet.
        }
        return changed + [parent]
    }
}

extension FileDescriptor {
    /// Waits until the written bytes are on stable storage: fsync(2).
    func flush() throws {
        while fsync(rawValue) != 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }

    /// Waits until all written bytes of this file system are on stable storage: syncfs(2).
    func flushFileSystem() throws {
        while syncfs(rawValue) != 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }
}
