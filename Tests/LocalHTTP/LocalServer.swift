import Foundation
internal import Glibc
internal import Synchronization

/// A small HTTP server on this machine with a thread for each connection. The handler writes raw bytes, so that it can
/// also send invalid answers.
package final class LocalServer: Sendable {
    package typealias Handler = @Sendable (_ request: LocalRequest, _ connection: LocalConnection) -> Void

    package let port: UInt16
    private let descriptor: Int32
    private let handle: Handler
    private let recorded = Mutex<[LocalRequest]>([])
    private let accepted = Mutex(0)

    /// Listens on a free port of 127.0.0.1, or of ::1.
    package init(v6: Bool = false, handle: @escaping Handler) throws {
        self.handle = handle
        descriptor = socket(v6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        port = try v6 ? Self.bindV6(descriptor) : Self.bindV4(descriptor)
        guard listen(descriptor, 128) == 0 else { throw POSIXError(.EADDRINUSE) }
        Thread.detachNewThread { [descriptor, weak self] in
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                self?.accepted.withLock { $0 += 1 }
                Thread.detachNewThread { [weak self] in LocalConnection(connection).serve { self?.answer($0, on: $1) } }
            }
            close(descriptor)
        }
    }

    deinit {
        // Ends accept(2) in the thread, which then closes the socket.
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    package var url: String { "http://127.0.0.1:\(port)" }

    /// The received requests in order.
    package var requests: [LocalRequest] { recorded.withLock { $0 } }

    /// The number of accepted connections.
    package var connections: Int { accepted.withLock { $0 } }

    private func answer(_ request: LocalRequest, on connection: LocalConnection) {
        recorded.withLock { $0.append(request) }
        handle(request, connection)
    }

    private static func bindV4(_ descriptor: Int32) throws -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try unsafe withUnsafeMutablePointer(to: &address) { pointer in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                guard unsafe bind(descriptor, $0, length) == 0, unsafe getsockname(descriptor, $0, &length) == 0
                else { throw POSIXError(.EADDRNOTAVAIL) }
            }
            return UInt16(bigEndian: unsafe pointer.pointee.sin_port)
        }
    }

    private static func bindV6(_ descriptor: Int32) throws -> UInt16 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        return try unsafe withUnsafeMutablePointer(to: &address) { pointer in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                guard unsafe bind(descriptor, $0, length) == 0, unsafe getsockname(descriptor, $0, &length) == 0
                else { throw POSIXError(.EADDRNOTAVAIL) }
            }
            return UInt16(bigEndian: unsafe pointer.pointee.sin6_port)
        }
    }
}
