import FoundationEssentials
package import ProfileImages
package import SystemPackage

/// Objects as files below a root folder, in the layout of their keys, for nginx to serve.
///
/// A file is written under a temporary name, flushed, renamed, and its folder flushed: rename(2) is atomic, and after
/// fsync(2) on file and folder both survive a power loss.
package struct FileObjectStore: ObjectStore {
    private let root: FilePath

    /// - Throws: `StoreError` when `root` cannot be made.
    package init(root: FilePath) throws {
        self.root = root
        try translatingErrors {
            try FileManager.default.createDirectory(atPath: root.string, withIntermediateDirectories: true)
        }
    }

    package func put(_ bytes: [UInt8], at key: ObjectKey) throws {
        try translatingErrors {
            let path = root.appending(key.rawValue)
            let folder = path.removingLastComponent()
            try makeFolder(folder)
            let temporary = try writeTemporaryFile(bytes, in: folder)
            do {
                try FileManager.default.moveItem(atPath: temporary.string, toPath: path.string)
                try flush(folder)
            } catch {
                try? FileManager.default.removeItem(atPath: temporary.string)
                throw error
            }
        }
    }

    package func get(_ key: ObjectKey) throws -> [UInt8]? {
        try translatingErrors {
            do {
                return try Array(Data(contentsOf: URL(filePath: root.appending(key.rawValue).string)))
            } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
                return nil
            }
        }
    }

    package func removeFolder(_ folder: ObjectKey) throws {
        try translatingErrors {
            let path = root.appending(folder.rawValue)
            do {
                try FileManager.default.removeItem(atPath: path.string)
            } catch let error as CocoaError where error.code == .fileNoSuchFile {
                // Gone already, but perhaps not on the disk: whoever removed it may not have come to the flush.
            }
            let parent = path.removingLastComponent()
            if FileManager.default.fileExists(atPath: parent.string) { try flush(parent) }
        }
    }

    package func checkWritable() throws {
        try translatingErrors {
            let probe = try writeTemporaryFile([0], in: root)
            try FileManager.default.removeItem(atPath: probe.string)
        }
    }

    /// Makes `folder` and what is missing above it, each durable in the folder that holds it.
    private func makeFolder(_ folder: FilePath) throws {
        guard folder != root, !FileManager.default.fileExists(atPath: folder.string) else { return }
        let parent = folder.removingLastComponent()
        try makeFolder(parent)
        do {
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: false)
        } catch let error as CocoaError where error.code == .fileWriteFileExists {
            return
        }
        try flush(parent)
    }

    /// Writes and flushes a file under a new name that begins with a dot: nginx's location does not match it.
    private func writeTemporaryFile(_ bytes: [UInt8], in folder: FilePath) throws -> FilePath {
        let path = folder.appending(".\(UUID().uuidString)")
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
        do {
            try file.closeAfter {
                try file.writeAll(bytes)
                try file.flush()
            }
        } catch {
            try? FileManager.default.removeItem(atPath: path.string)
            throw error
        }
        return path
    }

    private func flush(_ folder: FilePath) throws {
        let descriptor = try FileDescriptor.open(folder, .readOnly, options: [.directory, .closeOnExec])
        try descriptor.closeAfter { try descriptor.flush() }
    }
}
