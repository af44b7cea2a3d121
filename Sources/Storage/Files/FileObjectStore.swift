package import FoundationEssentials
package import ProfileImages
package import SystemPackage

/// Objects as files below a root folder, in the layout of their keys, for nginx to serve.
///
/// A file is written under a temporary name, flushed, renamed, and its folder flushed: rename(2) is atomic, and after
/// fsync(2) on file and folder both survive a power loss.
package struct FileObjectStore: ObjectStore {
    let root: FilePath
    private let reserve: Int

    /// - Parameters:
    ///   - reserve: how many bytes of the disk are left to others: the database needs some even to delete.
    ///   - permissions: of `root`, where it is not there yet; nil for the usual ones.
    /// - Throws: `StoreError` when `root` cannot be made.
    package init(root: FilePath, reserve: Int = 0, permissions: Int? = nil) throws {
        self.root = root
        self.reserve = reserve
        try translatingErrors {
            try FileManager.default.createDirectory(
                atPath: root.string,
                withIntermediateDirectories: true,
                attributes: permissions.map { [.posixPermissions: $0] }
            )
        }
    }

    package func put(_ bytes: [UInt8], at key: ObjectKey) throws {
        try translatingErrors {
            let folder = root.appending(key.rawValue).removingLastComponent()
            for parent in try makeFolder(folder, for: key.readers) { try flush(parent) }
            try write(bytes, at: key)
        }
    }

    package func add(_ bytes: [UInt8], at key: ObjectKey) throws -> Bool {
        try translatingErrors {
            do {
                try write(bytes, at: key)
                return true
            } catch Errno.noSuchFileOrDirectory {
                return false
            }
        }
    }

    /// - Throws: `Errno.noSuchFileOrDirectory` when the folder is not there, or goes meanwhile: open(2), rename(2).
    private func write(_ bytes: [UInt8], at key: ObjectKey) throws {
        let path = root.appending(key.rawValue)
        let folder = path.removingLastComponent()
        let temporary = try writeTemporaryFile(bytes, in: folder, for: key.readers)
        do {
            try temporary.rename(to: path)
            try flush(folder)
        } catch {
            try? FileManager.default.removeItem(atPath: temporary.string)
            throw error
        }
    }

    package func get(_ key: ObjectKey) throws -> [UInt8]? {
        try translatingErrors {
            try existing { try root.contents(of: key.rawValue) }
        }
    }

    package func read(_ key: ObjectKey, begin: (_ byteCount: Int) -> Void, _ take: ([UInt8]) -> Void) throws -> Bool {
        try translatingErrors {
            try existing { try root.read(key.rawValue, piece: Self.pieceBytes, begin: begin, take) } != nil
        }
    }

    private static let pieceBytes = 64 << 10

    /// What `body` makes of a file; nil where there is none.
    private func existing<Value>(_ body: () throws -> Value) throws -> Value? {
        do {
            return try body()
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            return nil
        } catch Errno.tooManySymbolicLinkLevels, Errno.improperLink, Errno.invalidArgument {
            // No file of ours: a link may lead to a secret of somebody else's.
            return nil
        }
    }

    package func contains(_ key: ObjectKey) -> Bool {
        // nginx follows no symbolic link, so one counts as nothing.
        let attributes = try? FileManager.default.attributesOfItem(atPath: root.appending(key.rawValue).string)
        return attributes?[.type] as? FileAttributeType == .typeRegular
    }

    package func keys(in folder: ObjectKey) throws -> [ObjectKey] {
        try names(in: folder).filter { !$0.hasPrefix(Self.temporaryPrefix) }
            .map { ObjectKey(rawValue: "\(folder.rawValue)/\($0)") }
    }

    private func names(in folder: ObjectKey) throws -> [String] {
        try translatingErrors { try names(in: root.appending(folder.rawValue)) }
    }

    private func names(in folder: FilePath) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder.string)
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return []
        }
    }

    package func remains(in folder: ObjectKey) throws -> [ObjectKey] {
        try names(in: folder).filter { $0.hasPrefix(Self.temporaryPrefix) }
            .map { ObjectKey(rawValue: "\(folder.rawValue)/\($0)") }
    }

    package func lastChange(of key: ObjectKey) throws -> Date? {
        try translatingErrors {
            do {
                let attributes = try FileManager.default.attributesOfItem(atPath: root.appending(key.rawValue).string)
                return attributes[.modificationDate] as? Date
            } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
                return nil
            }
        }
    }

    package func remove(_ key: ObjectKey) throws {
        try translatingErrors {
            let path = root.appending(key.rawValue)
            // An empty file must not be found under a picture's name.
            let aside = path.removingLastComponent().appending("\(Self.temporaryPrefix)\(UUID().uuidString)")
            do { try path.rename(to: aside) } catch Errno.noSuchFileOrDirectory { return }
            try empty(aside)
            try removeItem(aside)
        }
    }

    package func removeFolder(_ folder: ObjectKey) throws {
        try translatingErrors {
            for attempt in 1... {
                do {
                    return try removeFolderOnce(folder)
                } catch  where attempt < Self.removalAttempts {
                    // Another may be removing the same, and have taken a file or a name away in the middle of this.
                }
            }
        }
    }

    private static let removalAttempts = 5

    private func removeFolderOnce(_ folder: ObjectKey) throws {
        let path = root.appending(folder.rawValue)
        let parent = path.removingLastComponent()
        // Under another name first, where nothing can be added; it may be there from a removal that was cut off.
        let aside = parent.appending("\(Self.temporaryPrefix)\(path.lastComponent?.string ?? "")")
        try removeItem(aside)
        do { try path.rename(to: aside) } catch Errno.noSuchFileOrDirectory {}
        for name in try names(in: aside) { try empty(aside.appending(name)) }
        try removeItem(aside)
        // Gone already, perhaps, but not on the disk: whoever removed it may not have come to the flush.
        if FileManager.default.fileExists(atPath: parent.string) { try flush(parent) }
    }

    package func checkWritable() throws {
        try translatingErrors {
            let probe = try writeTemporaryFile([0], in: root, for: .service)
            try FileManager.default.removeItem(atPath: probe.string)
        }
    }

    /// Takes all bytes from a file that is about to be removed: nginx may have it open for another second
    /// (`open_file_cache_valid`), and would send them. No other name leads to the same file.
    private func empty(_ path: FilePath) throws {
        do {
            let options: FileDescriptor.OpenOptions = [.truncate, .noFollow, .closeOnExec, .nonBlocking]
            try FileDescriptor.open(path, .writeOnly, options: options).close()
        } catch Errno.noSuchFileOrDirectory {
        } catch Errno.isDirectory, Errno.tooManySymbolicLinkLevels, Errno.noSuchAddressOrDevice {
            // Not a file of ours: its name is removed, and nothing more.
        }
    }

    private func removeItem(_ path: FilePath) throws {
        do {
            try FileManager.default.removeItem(atPath: path.string)
        } catch let error as CocoaError where error.code == .fileNoSuchFile {}
    }

    /// Makes `folder` and what is missing above it.
    /// - Returns: the folders that hold what was made; what they hold survives a power loss once they are flushed.
    func makeFolder(_ folder: FilePath, for readers: ObjectKey.Readers) throws -> [FilePath] {
        guard folder != root, !FileManager.default.fileExists(atPath: folder.string) else { return [] }
        let parent = folder.removingLastComponent()
        let changed = try makeFolder(parent, for: readers)
        do {
            try FileManager.default.createDirectory(
                atPath: folder.string,
                withIntermediateDirectories: false,
                // No chmod(2) on the others: it would take away the bit by which they inherit the web server's group.
                attributes: readers == .service ? [.posixPermissions: 0o700] : nil
            )
        } catch let error as CocoaError where error.code == .fileWriteFileExists {
            // Another thread made it, and may not have flushed it yet.
        }
        return changed + [parent]
    }

    /// Writes a file under a new name, which nginx's location does not match.
    func writeTemporaryFile(
        _ bytes: [UInt8],
        in folder: FilePath,
        for readers: ObjectKey.Readers,
        isFlushed: Bool = true
    ) throws -> FilePath {
        guard freeBytes ?? .max >= reserve else { throw Errno.noSpace }
        let path = folder.appending("\(Self.temporaryPrefix)\(UUID().uuidString)")
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: readers.filePermissions
        )
        do {
            try file.closeAfter {
                try file.writeAll(bytes)
                if isFlushed { try file.flush() }
            }
        } catch {
            try? FileManager.default.removeItem(atPath: path.string)
            throw error
        }
        return path
    }

    private static let temporaryPrefix = "."

    /// Waits until a file, or what a folder holds, survives a power loss: fsync(2).
    func flush(_ path: FilePath) throws {
        let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        try descriptor.closeAfter { try descriptor.flush() }
    }
}

extension ObjectKey.Readers {
    fileprivate var filePermissions: FilePermissions {
        switch self {
        case .everybody: [.ownerReadWrite, .groupRead, .otherRead]
        case .webServer: [.ownerReadWrite, .groupRead]
        case .service: .ownerReadWrite
        }
    }
}
