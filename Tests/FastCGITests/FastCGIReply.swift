/// What came back on a connection until it ended.
struct FastCGIReply {
    /// The content of FCGI_STDOUT.
    private(set) var output: [UInt8] = []
    /// How many requests were said to be complete (FCGI_END_REQUEST).
    private(set) var ends = 0
    /// Whether the server closed the connection in order, having taken all that was sent.
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
