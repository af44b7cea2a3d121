package import FoundationEssentials
import Glibc
package import ProfileImages
package import SystemPackage

/// Stores objects as files below a root folder, for nginx to serve. The path of a file is its key.
///
/// A file is written under a temporary name, flushed, renamed, and its folder flushed: rename(2) is atomic, and after
/// fsync(2) of the file and the folder both survive a power loss. A folder is removed with its last object.
package struct FileObjectStore: ObjectStore {
    /// Maximum number of attempts of a write or a deletion while another thread or process removes its files or
    /// folders.
    private static let attempts = 10
    private static let pieceBytes = 64 << 10
    static let temporaryPrefix = "."

    let root: FilePath
    private let reserve: Int

    /// - Parameters:
    ///   - reserve: bytes of the disk that must stay free; with fewer, writes fail with `StoreError.full`. The database
    ///     needs space even to delete.
    ///   - permissions: POSIX permissions of `root` if it is created; nil for the default.
    /// - Throws: `StoreError` if `root` cannot be created.
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
        try put([(bytes, key)])
    }

    package func put(_ objects: [(bytes: [UInt8], key: ObjectKey)]) throws {
        guard !objects.isEmpty else { return }
        try translatingErrors {
            for attempt in 1... {
                do {
                    return try putOnce(objects)
                } catch Errno.noSuchFileOrDirectory where attempt < Self.attempts {
                    // A deletion of other objects removed the folder during this write.
                }
            }
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

    /// Runs `body`; nil if it fails because there is no such object.
    private func existing<Value>(_ body: () throws -> Value) throws -> Value? {
        do {
            return try body()
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            return nil
        } catch Errno.tooManySymbolicLinkLevels, Errno.improperLink, Errno.invalidArgument {
            // Not a file of this store: a symbolic link may lead to a secret file of another program.
            return nil
        }
    }

    package func head(_ key: ObjectKey) throws -> StoredObject? {
        try translatingErrors {
            guard let status = try FileStatus(root.appending(key.rawValue)), status.isRegular else { return nil }
            return StoredObject(key: key, byteCount: status.byteCount, modifiedAt: status.modifiedAt)
        }
    }

    package func list(_ prefix: String) throws -> [StoredObject] {
        try entries(prefix).filter { !$0.isTemporary && !$0.isFolder }.map(\.object)
    }

    package func unfinished(_ prefix: String, before time: Date) throws -> [ObjectKey] {
        // An empty folder remains after an interrupted write, or after its last file was deleted.
        try entries(prefix).filter { ($0.isTemporary || $0.isFolder) && $0.object.modifiedAt < time }.map(\.object.key)
    }

    private typealias Entry = (object: StoredObject, isTemporary: Bool, isFolder: Bool)

    /// Files and empty folders under a prefix, and in the folders below it. Symbolic links are not followed. All files
    /// in a folder with a temporary name are temporary: earlier versions renamed a folder before they removed it.
    private func entries(_ prefix: String, inTemporary: Bool = false) throws -> [Entry] {
        try translatingErrors {
            try names(in: root.appending(prefix)).flatMap { name -> [Entry] in
                let key = ObjectKey(rawValue: "\(prefix)\(name)")
                guard let status = try FileStatus(root.appending(key.rawValue)) else { return [] }
                let isTemporary = inTemporary || name.hasPrefix(Self.temporaryPrefix)
                if status.isDirectory, try !names(in: root.appending(key.rawValue)).isEmpty {
                    return try entries("\(key.rawValue)/", inTemporary: isTemporary)
                }
                let object = StoredObject(key: key, byteCount: status.byteCount, modifiedAt: status.modifiedAt)
                return [(object, isTemporary, status.isDirectory)]
            }
        }
    }

    package func delete(_ keys: [ObjectKey]) throws {
        let folders = Dictionary(grouping: keys.map { root.appending($0.rawValue) }) { $0.removingLastComponent() }
        for (folder, paths) in folders {
            try deleting { try delete(paths, from: folder) }
        }
    }

    package func deleteAll(_ prefix: String) throws {
        let folder = root.appending(prefix)
        let name = folder.lastComponent?.string ?? ""
        // Earlier versions renamed the folder to the second name before they removed it.
        for folder in [folder, folder.removingLastComponent().appending("\(Self.temporaryPrefix)\(name)")] {
            try deleting { try delete(names(in: folder).map { folder.appending($0) }, from: folder) }
        }
    }

    private func deleting(_ body: () throws -> Void) throws {
        try translatingErrors {
            for attempt in 1... {
                do {
                    return try body()
                } catch Errno.noSuchFileOrDirectory where attempt < Self.attempts {
                    // Another deletion removed a file or a folder during this one.
                }
            }
        }
    }

    /// Deletes all files that it can, then throws the first error: one file that cannot be deleted does not leave the
    /// others public.
    private func delete(_ paths: [FilePath], from folder: FilePath) throws {
        var firstError: (any Error)?
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch { firstError = firstError ?? error }
        }
        // Rename all files first: then nginx finds none under its name, not even an empty one.
        var aside: [FilePath] = []
        for path in paths { attempt { if let path = try setAside(path) { aside.append(path) } } }
        for path in aside { attempt { try remove(path) } }
        attempt {
            let rest = try names(in: folder)
            // Only temporary files of unfinished writes are left. They are deleted with the last object; the writes
            // fail and start again.
            if rest.allSatisfy({ $0.hasPrefix(Self.temporaryPrefix) }) {
                for name in rest { attempt { try remove(folder.appending(name)) } }
                try removeIfEmpty(folder)
            }
        }
        attempt {
            // Flush even if nothing was left to delete: another process may have deleted the files and stopped before
            // the flush.
            let changed = [folder, folder.removingLastComponent()].first {
                FileManager.default.fileExists(atPath: $0.string)
            }
            if let changed { try flush(changed) }
        }
        if let firstError { throw firstError }
    }

    /// Renames a file to a temporary name. A folder is removed if it is empty: a write may have added a file to it.
    /// - Returns: the temporary path; nil if there is no file.
    private func setAside(_ path: FilePath) throws -> FilePath? {
        guard let status = try FileStatus(path) else { return nil }
        guard !status.isDirectory else {
            try removeIfEmpty(path)
            return nil
        }
        if path.lastComponent?.string.hasPrefix(Self.temporaryPrefix) == true { return path }
        let aside = path.removingLastComponent().appending("\(Self.temporaryPrefix)\(UUID().uuidString)")
        do { try path.rename(to: aside) } catch Errno.noSuchFileOrDirectory { return nil }
        return aside
    }

    private func remove(_ path: FilePath) throws {
        try empty(path)
        do {
            try FileManager.default.removeItem(atPath: path.string)
        } catch let error as CocoaError where error.code == .fileNoSuchFile {}
    }

    /// Truncates a file before it is removed: nginx may keep it open for another second (`open_file_cache_valid`) and
    /// would send its bytes. The file has no other hard link.
    private func empty(_ path: FilePath) throws {
        do {
            let options: FileDescriptor.OpenOptions = [.truncate, .noFollow, .closeOnExec, .nonBlocking]
            try FileDescriptor.open(path, .writeOnly, options: options).close()
        } catch Errno.noSuchFileOrDirectory {
        } catch Errno.isDirectory, Errno.tooManySymbolicLinkLevels, Errno.noSuchAddressOrDevice {
            // Not a regular file (a folder, a symbolic link, a FIFO or a socket): only its name is removed.
        }
    }

    package func delivery(of key: ObjectKey, _ cachePolicy: Delivery.CachePolicy) -> Delivery {
        // The internal locations of nginx/snippets/portraitd-core.conf. Their root is the public folder or the state
        // folder.
        guard let path = key.publicPath else { return .internalRedirect("/_portraitd/private/\(key.rawValue)") }
        return .internalRedirect(cachePolicy == .immutable ? "/_portraitd/variant\(path)" : "/_portraitd\(path)")
    }

    package func checkWritable() throws {
        try translatingErrors {
            let probe = try writeTemporaryFile([0], in: root, for: .service)
            let flushed = Result { try flush(probe) }
            try FileManager.default.removeItem(atPath: probe.string)
            try flushed.get()
        }
    }

    /// Names of the entries in a folder; empty if the folder does not exist.
    private func names(in folder: FilePath) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder.string)
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return []
        }
    }

    /// Writes a file under a new temporary name, which no location of nginx matches. Does not flush it.
    /// - Throws: `Errno.noSpace` if fewer than `reserve` bytes are free.
    func writeTemporaryFile(
        _ bytes: [UInt8],
        in folder: FilePath,
        for readers: ObjectKey.Readers
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
            try file.closeAfter { _ = try file.writeAll(bytes) }
        } catch {
            try? FileManager.default.removeItem(atPath: path.string)
            throw error
        }
        return path
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

extension FileObjectStore {
    /// Free bytes of the file system for processes other than root's: statvfs(3).
    package var freeBytes: Int? {
        var space = statvfs()
        guard unsafe statvfs(root.string, &space) == 0 else { return nil }
        return Int(space.f_bavail) * Int(space.f_frsize)
    }
}
