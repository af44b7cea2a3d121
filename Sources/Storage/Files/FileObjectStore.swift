package import FoundationEssentials
package import ProfileImages
package import SystemPackage

/// Objects as files below a root folder, in the layout of their keys, for nginx to serve.
///
/// A file is written under a temporary name, flushed, renamed, and its folder flushed: rename(2) is atomic, and after
/// fsync(2) on file and folder both survive a power loss. A folder goes with the last object in it.
package struct FileObjectStore: ObjectStore {
    /// How often a write or a deletion is tried that another deletion, or write, has taken a folder from, or put one before.
    private static let attempts = 10
    private static let pieceBytes = 64 << 10
    static let temporaryPrefix = "."

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
        try put([(bytes, key)])
    }

    package func put(_ objects: [(bytes: [UInt8], key: ObjectKey)]) throws {
        guard !objects.isEmpty else { return }
        try translatingErrors {
            for attempt in 1... {
                do {
                    return try putOnce(objects)
                } catch Errno.noSuchFileOrDirectory where attempt < Self.attempts {
                    // A deletion of other objects has taken the folder away meanwhile.
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

    /// What `body` makes of a file; nil where there is none.
    private func existing<Value>(_ body: () throws -> Value) throws -> Value? {
        do {
            return try body()
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            return nil
        } catch Errno.tooManySymbolicLinkLevels, Errno.improperLink, Errno.invalidArgument {
            // No file of ours: a link may lead to a secret of another program's.
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
        // A folder that is empty was made for a file that was not written, or lost its last one.
        try entries(prefix).filter { ($0.isTemporary || $0.isFolder) && $0.object.modifiedAt < time }.map(\.object.key)
    }

    private typealias Entry = (object: StoredObject, isTemporary: Bool, isFolder: Bool)

    /// The files and empty folders under a prefix, in its folders too. No link is followed. What lies in a folder with a temporary
    /// name is temporary: earlier versions renamed a folder before they removed it.
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
        // Under the second name an earlier version may have left it.
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
                    // Another deletion of the same has taken a file or a folder away in the middle of this.
                }
            }
        }
    }

    /// Deletes as much as it can, and throws the first error then: one file that cannot be deleted keeps no other one public.
    private func delete(_ paths: [FilePath], from folder: FilePath) throws {
        var firstError: (any Error)?
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch { firstError = firstError ?? error }
        }
        // First of all none is found under its name any more, also not as an empty file.
        var aside: [FilePath] = []
        for path in paths { attempt { if let path = try setAside(path) { aside.append(path) } } }
        for path in aside { attempt { try remove(path) } }
        attempt {
            let rest = try names(in: folder)
            // What a write has begun is deleted with the last object; the write fails then, and begins anew.
            if rest.allSatisfy({ $0.hasPrefix(Self.temporaryPrefix) }) {
                for name in rest { attempt { try remove(folder.appending(name)) } }
                try removeIfEmpty(folder)
            }
        }
        attempt {
            // Also where all was gone: another process may have deleted it, and not come to the flush.
            let changed = [folder, folder.removingLastComponent()].first {
                FileManager.default.fileExists(atPath: $0.string)
            }
            if let changed { try flush(changed) }
        }
        if let firstError { throw firstError }
    }

    /// Gives a file a temporary name.
    /// - Returns: the name; nil where there was no file. A folder goes at once if it is empty: a write may have come meanwhile.
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

    package func delivery(of key: ObjectKey, _ cachePolicy: Delivery.CachePolicy) -> Delivery {
        // nginx/snippets/portraitd-core.conf: internal locations, whose root is the public folder or the state folder.
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

    /// The names of all that is in a folder; none where there is no folder.
    private func names(in folder: FilePath) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder.string)
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return []
        }
    }

    /// Writes a file under a new name, which nginx's location does not match. It is not flushed.
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
