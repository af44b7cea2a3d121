import Foundation

/// A request as it stands, over a plain socket: no client would send some of them.
enum RawRequest {
    /// Sends `request` to the instance and reads until the connection is closed, five seconds at most.
    static func send(_ request: String, to instance: Instance) throws -> Curl.Answer {
        guard let port = URL(string: instance.url)?.port.flatMap(UInt16.init(exactly:)) else {
            throw POSIXError(.EINVAL)
        }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
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
        let bytes = Array(request.utf8)
        // MSG_NOSIGNAL: what is refused early is closed early.
        _ = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        return answer(read(descriptor))
    }

    private static func read(_ descriptor: Int32) -> Data {
        var received = Data()
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return received }
            received.append(contentsOf: buffer[..<count])
        }
    }

    private static func answer(_ received: Data) -> Curl.Answer {
        guard let end = received.range(of: Data("\r\n\r\n".utf8)) else { return Curl.answer(head: "", body: received) }
        let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
        return Curl.answer(head: head, body: Data(received[end.upperBound...]))
    }
}
