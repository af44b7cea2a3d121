internal import Glibc
internal import Threads

/// A listening UNIX socket. FastCGI has no authentication: who may connect is said by the socket's file alone.
package struct Listener: ~Copyable, Sendable {
    let descriptor: Int32
    private let file: SocketFile?

    private init(descriptor: Int32, file: SocketFile?) {
        self.descriptor = descriptor
        self.file = file
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        // Among processes that share the socket, accept(2) must not wait when another one was faster. The flag belongs
        // to the open file: it is on for all of them, and stays on when this process has ended.
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    deinit {
        withdraw()
        close(descriptor)
    }

    /// Listens on `path`, with file permissions `mode` whatever the umask. A socket file that nobody answers on any more
    /// is replaced; two processes that start on one path in the same instant are not told apart.
    package static func bind(path: String, mode: UInt32 = 0o660) throws(ListenerError) -> Listener {
        // An abstract address has no file and so no permissions: any local user could connect.
        guard let address = UnixSocketAddress(path), !path.hasPrefix("@") else { throw .invalidPath(path) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw .system(SystemCallError("socket"), path: path) }
        do throws(ListenerError) {
            // The file gets the unbound socket's mode less the umask, so it never admits more than `mode`; chmod then
            // gives back what the umask took, and nobody can connect before listen.
            try check(fchmod(descriptor, mode), "fchmod", path)
            if unsafe address.withPointer({ unsafe Glibc.bind(descriptor, $0, $1) }) != 0 {
                guard errno == EADDRINUSE else { throw .system(SystemCallError("bind"), path: path) }
                try removeStale(path, at: address)
                try unsafe check(address.withPointer { unsafe Glibc.bind(descriptor, $0, $1) }, "bind", path)
            }
            let file = SocketFile(path: path)
            try unsafe check(chmod(path, mode), "chmod", path)
            try check(listen(descriptor, SOMAXCONN), "listen", path)
            return Listener(descriptor: descriptor, file: file)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Takes over a listening socket that another process made, and leaves its file alone.
    package static func adopt(_ descriptor: Int32) throws(ListenerError) -> Listener {
        let isStream = option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue)
        guard isStream, option(SO_ACCEPTCONN, of: descriptor) == 1 else {
            throw .notListening(descriptor: descriptor)
        }
        guard option(SO_DOMAIN, of: descriptor) == AF_UNIX else { throw .notLocal(descriptor: descriptor) }
        return Listener(descriptor: descriptor, file: nil)
    }

    /// Whether the socket, and with it the backlog, is this process's own.
    var isOwn: Bool { file != nil }

    /// Removes the own socket's file, so that no new client comes; those in the backlog stay. A file that a successor has
    /// put in its place is left alone.
    func withdraw() {
        guard let file, file == SocketFile(path: file.path) else { return }
        unsafe unlink(file.path)
    }

    /// Accepts a connection; throws EAGAIN when none is waiting.
    func accept() throws(SystemCallError) -> Connection {
        let connection = Glibc.accept(descriptor, nil, nil)
        guard connection >= 0 else { throw SystemCallError("accept") }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        return Connection(descriptor: connection, isNew: true)
    }

    private static func removeStale(_ path: String, at address: UnixSocketAddress) throws(ListenerError) {
        guard SocketFile(path: path) != nil else { throw .notASocket(path) }
        guard try !isAnswering(path, at: address) else { throw .inUse(path) }
        try unsafe check(unlink(path), "unlink", path)
    }

    /// Whether a process listens on `path`.
    /// - Throws: `ListenerError` when that cannot be told.
    package static func isAnswering(path: String) throws(ListenerError) -> Bool {
        guard let address = UnixSocketAddress(path) else { throw .invalidPath(path) }
        return try isAnswering(path, at: address)
    }

    private static func isAnswering(_ path: String, at address: UnixSocketAddress) throws(ListenerError) -> Bool {
        // Not blocking: a live process with a full backlog answers EAGAIN.
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard probe >= 0 else { throw .system(SystemCallError("socket"), path: path) }
        defer { close(probe) }
        let connected = unsafe address.withPointer { unsafe connect(probe, $0, $1) } == 0
        if connected || errno == EAGAIN { return true }
        guard errno == ECONNREFUSED else { throw .system(SystemCallError("connect"), path: path) }
        return false
    }

    private static func check(_ result: Int32, _ call: String, _ path: String) throws(ListenerError) {
        guard result == 0 else { throw .system(SystemCallError(call), path: path) }
    }

    private static func option(_ option: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 ? value : nil
    }
}
