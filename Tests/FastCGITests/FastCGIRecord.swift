/// Handmade records, as a web server sends them (FastCGI §3.3).
enum FastCGIRecord {
    static func record(type: UInt8, id: UInt16 = 1, _ content: [UInt8], padding: UInt8 = 0) -> [UInt8] {
        let head = [1, type, UInt8(id >> 8), UInt8(id & 0xff), UInt8(content.count >> 8), UInt8(content.count & 0xff)]
        return head + [padding, 0] + content + Array(repeating: 0, count: Int(padding))
    }

    static func begin(role: UInt8 = 1, keepsConnection: Bool = false, id: UInt16 = 1) -> [UInt8] {
        record(type: 1, id: id, [0, role, keepsConnection ? 1 : 0, 0, 0, 0, 0, 0])
    }

    /// The parameters without the empty record that ends them.
    static func parameters(_ pairs: [([UInt8], [UInt8])]) -> [UInt8] {
        stream(type: 4, pairs.flatMap { length($0.0.count) + length($0.1.count) + $0.0 + $0.1 }, chunk: 65_535)
    }

    static func parameters(_ pairs: KeyValuePairs<String, String>) -> [UInt8] {
        parameters(pairs.map { (Array($0.key.utf8), Array($0.value.utf8)) })
    }

    static let parametersEnd = record(type: 4, [])

    /// The body without the empty record that ends it.
    static func input(_ body: [UInt8], chunk: Int = 65_535, padding: UInt8 = 0) -> [UInt8] {
        stream(type: 5, body, chunk: chunk, padding: padding)
    }

    static let inputEnd = record(type: 5, [])

    static func request(
        _ pairs: KeyValuePairs<String, String> = [:],
        body: [UInt8] = [],
        keepsConnection: Bool = false
    ) -> [UInt8] {
        begin(keepsConnection: keepsConnection) + parameters(pairs) + parametersEnd + input(body) + inputEnd
    }

    private static func stream(type: UInt8, _ bytes: [UInt8], chunk: Int, padding: UInt8 = 0) -> [UInt8] {
        stride(from: 0, to: bytes.count, by: chunk).flatMap {
            record(type: type, Array(bytes[$0..<min($0 + chunk, bytes.count)]), padding: padding)
        }
    }

    private static func length(_ count: Int) -> [UInt8] {
        guard count > 127 else { return [UInt8(count)] }
        return [UInt8(count >> 24) | 0x80, UInt8(count >> 16 & 0xff), UInt8(count >> 8 & 0xff), UInt8(count & 0xff)]
    }
}
