internal import Glibc

/// The server's side of one connection.
package final class LocalConnection: Sendable {
    private let descriptor: Int32

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        // Sends small answers at once: otherwise kept connections would wait for acknowledgements.
        var on: Int32 = 1
        _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        close(descriptor)
    }

    /// Passes each request to `handle`, until the client closes the connection or `end` is called.
    func serve(_ handle: (LocalRequest, LocalConnection) -> Void) {
        var received: [UInt8] = []
        while let head = read(upTo: "\r\n\r\n", &received) {
            let request = LocalRequest(head: head) { count in
                while received.count < count, receive(&received) {}
                defer { received.removeFirst(min(count, received.count)) }
                return Array(received.prefix(count))
            }
            guard let request else { return }
            handle(request, self)
        }
    }

    /// Sends an answer with a Content-Length.
    package func answer(_ status: Int, _ body: [UInt8] = [], fields: [String: String] = [:]) {
        let lines = fields.map { "\($0): \($1)\r\n" }.joined()
        send(Array("HTTP/1.1 \(status) Answer\r\n\(lines)Content-Length: \(body.count)\r\n\r\n".utf8) + body)
    }

    package func answer(_ status: Int, _ body: String, fields: [String: String] = [:]) {
        answer(status, Array(body.utf8), fields: fields)
    }

    package func redirect(to url: String) {
        answer(302, "elsewhere", fields: ["Location": url])
    }

    @discardableResult
    package func send(_ text: String) -> Bool {
        send(Array(text.utf8))
    }

    /// Sends all bytes; false if the client has closed the connection.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Closes the connection, even in the middle of an answer.
    package func end() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private func read(upTo end: String, _ received: inout [UInt8]) -> String? {
        let end = Array(end.utf8)
        while true {
            if let range = received.firstRange(of: end) {
                defer { received.removeFirst(range.upperBound) }
                return String(decoding: received[..<range.upperBound], as: UTF8.self)
            }
            guard receive(&received) else { return nil }
        }
    }

    private func receive(_ received: inout [UInt8]) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        received += chunk.prefix(count)
        return true
    }
}
