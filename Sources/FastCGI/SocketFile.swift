internal import Glibc

/// The identity of a socket's file; an inode number is not given out again while a process holds its socket.
struct SocketFile: Equatable {
    let path: String
    private let device: dev_t
    private let inode: ino_t

    /// nil when there is no socket at `path`.
    init?(path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }
}
