import Foundation

/// A client's end of one connection to an instance, for what no proper client does.
final class ClientSocket: Sendable {
    private let descriptor: Int32

    /// - Parameter patience: how many seconds to wait for what is to be received.
    init(to instance: Instance, patience: Int = 5) throws {
        guard let port = URL(string: instance.url)?.port.flatMap(UInt16.init(exactly:)) else {
            throw POSIXError(.EINVAL)
        }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit {
        close(descriptor)
    }

    /// Sends everything; false when the server has gone away: what is refused early is closed early.
    @discardableResult
    func send(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// What comes until there are so many bytes, the server closes the connection, or nothing more comes.
    func receive(atLeast count: Int) -> Data {
        var received = Data()
        var buffer = [UInt8](repeating: 0, count: 16384)
        while received.count < count {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            received.append(contentsOf: buffer[..<count])
        }
        return received
    }

    /// What comes until the server closes the connection, or nothing more does.
    func receive() -> Data {
        var received = Data()
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return received }
            received.append(contentsOf: buffer[..<count])
        }
    }
}
