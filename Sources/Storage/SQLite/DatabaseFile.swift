import SystemPackage

/// The file of a SQLite database.
enum DatabaseFile {
    /// Why it cannot be opened, for the operator.
    struct Failure: Error, CustomStringConvertible {
        let path: String
        let cause: Errno

        var description: String { "The database \(path) cannot be opened: \(cause)." }
    }

    /// Makes the file when it is not there. SQLite would let everybody read the one that it makes; its companions, `-wal`
    /// and `-shm`, get this one's permissions.
    static func create(_ path: String) throws {
        let permissions: FilePermissions = [.ownerReadWrite, .groupRead]
        do {
            try FileDescriptor.open(
                FilePath(path),
                .readWrite,
                options: [.create, .closeOnExec],
                permissions: permissions
            ).close()
        } catch let cause as Errno {
            throw Failure(path: path, cause: cause)
        }
    }
}
