/// A received request.
package struct LocalRequest: Sendable {
    /// `GET`.
    package let method: String
    /// `/path?query`.
    package let target: String
    /// The header fields by lower-case name.
    package let fields: [String: String]
    package let body: [UInt8]

    /// Nil if `head` has no request line.
    init?(head: String, body: (_ count: Int) -> [UInt8]) {
        let lines = head.split(separator: "\r\n")
        guard let words = lines.first?.split(separator: " "), words.count == 3 else { return nil }
        method = String(words[0])
        target = String(words[1])
        fields = lines.dropFirst().reduce(into: [:]) { fields, line in
            guard let colon = line.firstIndex(of: ":") else { return }
            fields[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        self.body = body(fields["content-length"].flatMap { Int($0) } ?? 0)
    }
}
