import Glibc
import Threads

@testable import FastCGI

/// The web server's side of one connection.
struct FastCGIClient: ~Copyable {
    private let connection: Connection

    init(path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        connection = Connection(descriptor: descriptor, isNew: true)
        // A timeout fails a test that would otherwise hang.
        connection.setTimeout(.seconds(10))
        let address = UnixSocketAddress(path)
        guard unsafe address?.withPointer({ unsafe connect(descriptor, $0, $1) }) == 0 else {
            throw SystemCallError("connect")
        }
    }

    /// Sends all bytes; false if the server has closed the connection.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(connection.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    func endSending() {
        shutdown(connection.descriptor, Int32(SHUT_WR))
    }

    /// The number of sent bytes that the server has not read (unix(7), SIOCOUTQ).
    var unreadBytes: Int {
        var count: Int32 = 0
        guard unsafe ioctl(connection.descriptor, UInt(TIOCOUTQ), &count) == 0 else { return -1 }
        return Int(count)
    }

    /// Whether the server sends bytes or closes the connection within `time`.
    func isReadable(within time: Duration) -> Bool {
        connection.isReadable(within: time)
    }

    /// Reads until the connection ends.
    func receive() -> FastCGIReply {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(connection.descriptor, &chunk, chunk.count)
            guard count > 0 else { return FastCGIReply(received, isClosed: count == 0) }
            received += chunk.prefix(count)
        }
    }

    /// Reads until one request is complete; the connection stays open.
    func receiveOne() -> FastCGIReply {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let reply = FastCGIReply(received, isClosed: false)
            guard reply.ends == 0 else { return reply }
            let count = unsafe read(connection.descriptor, &chunk, chunk.count)
            guard count > 0 else { return reply }
            received += chunk.prefix(count)
        }
    }

    /// Connects, sends `bytes`, and reads the reply.
    static func exchange(_ path: String, _ bytes: [UInt8]) throws -> FastCGIReply {
        let client = try FastCGIClient(path: path)
        client.send(bytes)
        return client.receive()
    }
}
