/// The bytes and records received on a connection until its end.
struct FastCGIReply {
    /// The content of FCGI_STDOUT.
    private(set) var output: [UInt8] = []
    /// The number of completed requests (FCGI_END_REQUEST).
    private(set) var ends = 0
    /// Whether the server closed the connection in order, after it had read all sent bytes.
    let isClosed: Bool

    init(_ bytes: [UInt8], isClosed: Bool) {
        self.isClosed = isClosed
        var rest = bytes[...]
        while rest.count >= 8 {
            let head = Array(rest.prefix(8))
            let length = Int(head[4]) << 8 | Int(head[5])
            let content = rest.dropFirst(8).prefix(length)
            if head[1] == 6 { output += content }
            if head[1] == 3 { ends += 1 }
            rest = rest.dropFirst(8 + length + Int(head[6]))
        }
    }

    var text: String { String(decoding: output, as: UTF8.self) }
}
