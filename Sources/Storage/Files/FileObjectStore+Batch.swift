import FoundationEssentials
import ProfileImages
import SystemPackage

extension FileObjectStore {
    /// How many files are flushed one by one: more than a picture has. syncfs(2) also waits for what others have written.
    private static let mostFlushed = 8

    /// All files are written, then flushed, renamed, and their folders flushed. The file system commits what it knows of all of
    /// them with the first flush of each round, so that the others hardly wait. Where there are many, syncfs(2) waits once.
    /// - Throws: `Errno.noSuchFileOrDirectory` when a folder goes meanwhile.
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

    /// Waits until everything that was written here survives a power loss.
    package func flushAll() throws {
        let descriptor = try FileDescriptor.open(root, .readOnly, options: [.directory, .closeOnExec])
        try descriptor.closeAfter { try descriptor.flushFileSystem() }
    }

    /// Makes `folder` and what is missing above it.
    /// - Returns: the folders that hold what was made; what they hold survives a power loss once they are flushed.
    private func makeFolder(_ folder: FilePath, for readers: ObjectKey.Readers) throws -> [FilePath] {
        guard folder != root, !FileManager.default.fileExists(atPath: folder.string) else { return [] }
        let parent = folder.removingLastComponent()
        let changed = try makeFolder(parent, for: readers)
        do {
            // No chmod(2) on the others: it would take away the bit by which they inherit the web server's group.
            try make(folder, readable: readers != .service)
        } catch Errno.fileExists {
            // Another thread made it, and may not have flushed it yet.
        }
        return changed + [parent]
    }
}
