import Glibc
import SystemPackage

/// The file of a SQLite database.
enum DatabaseFile {
    /// Makes the file when it is not there. SQLite would let everybody read the one that it makes; its companions, `-wal`
    /// and `-shm`, get this one's permissions.
    static func create(_ path: String) throws {
        let permissions: FilePermissions = [.ownerReadWrite, .groupRead]
        try FileDescriptor.open(FilePath(path), .readWrite, options: [.create, .closeOnExec], permissions: permissions)
            .close()
    }

    /// Runs `body` while no other process runs such a `body` for a database in the same folder: flock(2). The lock is the folder's:
    /// closing a descriptor of the file itself would end SQLite's own locks (sqlite.org/howtocorrupt.html §2.2).
    static func locked<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        let parent = FilePath(path).removingLastComponent()
        let folder = try FileDescriptor.open(
            parent.isEmpty ? "." : parent,
            .readOnly,
            options: [.directory, .closeOnExec]
        )
        return try folder.closeAfter {
            while flock(folder.rawValue, LOCK_EX) != 0 {
                guard errno == EINTR else { throw Errno(rawValue: errno) }
            }
            return try body()
        }
    }
}
