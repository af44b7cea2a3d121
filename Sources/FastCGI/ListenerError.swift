package import Threads

/// Why there is no socket to listen on, in words for the operator.
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
