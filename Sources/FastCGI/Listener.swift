internal import Glibc
package import Threads

/// A listening UNIX socket. FastCGI has no authentication: only the permissions of the socket file limit access.
package struct Listener: ~Copyable, Sendable {
    let descriptor: Int32
    private let file: SocketFile?

    private init(descriptor: Int32, file: SocketFile?) {
        self.descriptor = descriptor
        self.file = file
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        // If processes share the socket, accept(2) must not wait when another process was faster. The flag belongs to
        // the open file: it applies to all of these processes, and stays set after this process has ended.
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    deinit {
        withdraw()
        close(descriptor)
    }

    /// Listens on `path`, with file permissions `mode` regardless of the umask. A socket file on which no process answers is
    /// replaced. Two processes that start on one path at the same instant are not detected.
    package static func bind(path: String, mode: UInt32 = 0o660) throws(ListenerError) -> Listener {
        // An abstract address has no file and so no permissions: any local user could connect.
        guard let address = UnixSocketAddress(path), !path.hasPrefix("@") else { throw .invalidPath(path) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw .system(SystemCallError("socket"), path: path) }
        do throws(ListenerError) {
            // bind(2) creates the file with the mode of the socket minus the umask, so it never permits more than
            // `mode`. chmod(2) then sets the bits that the umask removed. No client can connect before listen(2).
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

    /// Takes ownership of a listening socket that another process created, but does not remove its file.
    package static func adopt(_ descriptor: Int32) throws(ListenerError) -> Listener {
        let isStream = option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue)
        guard isStream, option(SO_ACCEPTCONN, of: descriptor) == 1 else {
            throw .notListening(descriptor: descriptor)
        }
        guard option(SO_DOMAIN, of: descriptor) == AF_UNIX else { throw .notLocal(descriptor: descriptor) }
        return Listener(descriptor: descriptor, file: nil)
    }

    /// Whether this process created the socket, and so serves its backlog.
    var isOwn: Bool { file != nil }

    /// Removes the socket file that this process created, so that no new client connects; clients in the backlog stay.
    /// A file of another process at the same path is kept.
    func withdraw() {
        guard let file, file == SocketFile(path: file.path) else { return }
        unsafe unlink(file.path)
    }

    /// Accepts a connection; throws EAGAIN if none is waiting.
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
    /// - Throws: `ListenerError` if the path is invalid, or if connect(2) fails with another error than ECONNREFUSED.
    package static func isAnswering(path: String) throws(ListenerError) -> Bool {
        guard let address = UnixSocketAddress(path) else { throw .invalidPath(path) }
        return try isAnswering(path, at: address)
    }

    private static func isAnswering(_ path: String, at address: UnixSocketAddress) throws(ListenerError) -> Bool {
        // Non-blocking: with a full backlog, connect(2) to a live process returns EAGAIN.
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

extension Listener {
    /// Returns the socket that the service manager passed (sd_listen_fds(3)), or else file descriptor 0 if it is a
    /// listening socket (spawn-fcgi, `StandardInput=socket`; FastCGI §2.2); nil if there is none.
    package static func inherited(
        environment: [String: String],
        processID: Int32 = getpid(),
        firstDescriptor: Int32 = 3,
        standardInput: Int32 = 0
    ) throws(ListenerError) -> Listener? {
        // Variables for another process are left over from a parent process; they are not an error.
        if try number("LISTEN_PID", in: environment) == Int(processID) {
            guard let count = try number("LISTEN_FDS", in: environment), count >= 1 else { return nil }
            return try adopt(firstDescriptor)
        }
        do {
            return try adopt(standardInput)
        } catch .notListening {
            return nil
        }
    }

    private static func number(
        _ name: String,
        in environment: [String: String]
    ) throws(ListenerError) -> Int? {
        guard let value = environment[name] else { return nil }
        guard let number = Int(value) else { throw .invalidEnvironment(name: name, value: value) }
        return number
    }
}

/// The reason why there is no socket to listen on, described for the operator.
package enum ListenerError: Error, Equatable, CustomStringConvertible {
    case invalidPath(String)
    case notASocket(String)
    case inUse(String)
    case invalidEnvironment(name: String, value: String)
    case notListening(descriptor: Int32)
    case notLocal(descriptor: Int32)
    case system(SystemCallError, path: String)

    package var description: String {
        switch self {
        case .invalidPath(let path):
            "socket path \"\(path)\" has \(path.utf8.count) bytes; 1 to \(UnixSocketAddress.maximumLength) are possible"
        case .notASocket(let path):
            "\(path) exists and is not a socket; it was left alone"
        case .inUse(let path):
            "\(path) is in use: another process answers on it"
        case .invalidEnvironment(let name, let value):
            "environment variable \(name) is \"\(value)\", not a number as sd_listen_fds(3) passes it"
        case .notListening(let descriptor):
            "inherited file descriptor \(descriptor) is not a listening stream socket"
        case .notLocal(let descriptor):
            "inherited file descriptor \(descriptor) is not a UNIX socket; FastCGI over a network is not served"
        case .system(let error, let path):
            "\(path): \(error)"
        }
    }
}

/// The identity of a socket file. An inode number is not reused while a process holds its socket.
struct SocketFile: Equatable {
    let path: String
    private let device: dev_t
    private let inode: ino_t

    /// Nil if there is no socket at `path`.
    init?(path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }
}

/// An address of a UNIX socket (unix(7)): a path, or a name in the abstract namespace after a leading "@".
struct UnixSocketAddress {
    /// The longest path in bytes: one byte of sun_path is for the terminating NUL.
    static let maximumLength = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    private var address = sockaddr_un()
    private let length: socklen_t

    /// Nil if `path` is empty, too long, or contains a NUL.
    init?(_ path: String) {
        var bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.maximumLength, !bytes.contains(0) else { return nil }
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        // The length of an abstract name is counted; a path ends with a NUL.
        length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
    }

    /// Calls `body` with the address and its length, as bind(2), connect(2) and sendto(2) take them.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }
}
