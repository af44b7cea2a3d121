import FoundationEssentials
package import ProfileImages
import SystemPackage

extension FileObjectStore {
    /// All files are written, flushed together, renamed, and their folders flushed together: syncfs(2) waits once where
    /// fsync(2) for each would wait for the disk a hundred times.
    package func put(_ objects: [(bytes: [UInt8], key: ObjectKey)]) throws {
        guard !objects.isEmpty else { return }
        try translatingErrors {
            var files: [(temporary: FilePath, path: FilePath)] = []
            do {
                for object in objects {
                    let path = root.appending(object.key.rawValue)
                    let folder = path.removingLastComponent()
                    try makeFolder(folder, for: object.key.readers, isFlushed: false)
                    let temporary = try writeTemporaryFile(
                        object.bytes,
                        in: folder,
                        for: object.key.readers,
                        isFlushed: false
                    )
                    files.append((temporary, path))
                }
                try flushAll()
                for file in files { try file.temporary.rename(to: file.path) }
                try flushAll()
            } catch {
                for file in files { try? FileManager.default.removeItem(atPath: file.temporary.string) }
                throw error
            }
        }
    }

    /// Waits until everything that was written here survives a power loss.
    package func flushAll() throws {
        let descriptor = try FileDescriptor.open(root, .readOnly, options: [.directory, .closeOnExec])
        try descriptor.closeAfter { try descriptor.flushFileSystem() }
    }
}
