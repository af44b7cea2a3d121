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
}
