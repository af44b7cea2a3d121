import StreamSafe

/// A `multipart/form-data` body, RFC 7578, cut into its parts without copying their content.
struct MultipartForm {
    /// One part of a form.
    struct Part {
        let name: String
        /// Present when the part is a file, empty when the client has no name for it.
        let filename: String?
        /// What the part declares to be, if it does: RFC 7578 §4.4.
        let contentType: String?
        let content: ArraySlice<UInt8>
    }

    /// Why a body is not a form.
    enum Failure: Error, Equatable {
        case invalidBoundary
        case malformed(String)
    }

    /// A form for one picture needs few parts and short part headers: these bound the work of parsing it.
    static let maxParts = 32
    static let maxPartHeaderBytes = 8 * 1024

    let parts: [Part]

    /// - Parameter boundary: the media type's parameter, RFC 2046 §5.1.1.
    init(_ body: [UInt8], boundary: String) throws(Failure) {
        guard Self.isBoundary(boundary) else { throw .invalidBoundary }
        var parser = Parser(body: body, delimiter: Array("--\(boundary)".utf8))
        var parts: [Part] = []
        while let part = try parser.nextPart() {
            guard parts.count < Self.maxParts else { throw .malformed("it has more than \(Self.maxParts) parts") }
            parts.append(part)
        }
        self.parts = parts
    }

    /// The parts that are files. A form whose only part bears no file name is a file all the same: some clients send none.
    var files: [Part] {
        let named = parts.filter { $0.filename != nil }
        return named.isEmpty && parts.count == 1 ? parts : named
    }

    /// RFC 2046 §5.1.1: 1 to 70 of these characters, the last not a space.
    private static func isBoundary(_ text: String) -> Bool {
        (1...70).contains(text.utf8.count) && text.last != " "
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "'()+_,-./:=? ".utf8.contains(byte)
                }
            }
    }
}

extension MultipartForm {
    /// Walks a body from delimiter to delimiter.
    private struct Parser {
        let body: [UInt8]
        /// Two hyphens and the boundary.
        let delimiter: [UInt8]
        /// Where the walk stands: at a delimiter, or before the first one.
        private var position = 0
        private var isStarted = false

        init(body: [UInt8], delimiter: [UInt8]) {
            self.body = body
            self.delimiter = delimiter
        }

        /// The next part, or nil after the closing delimiter.
        mutating func nextPart() throws(Failure) -> Part? {
            if !isStarted {
                guard let first = nextDelimiter(from: 0) else { throw .malformed("its first boundary is missing") }
                position = first
                isStarted = true
            }
            guard try !isClosed() else { return nil }
            let header = try partHeader()
            guard let end = nextDelimiter(from: position) else { throw .malformed("its closing boundary is missing") }
            // The line break before a delimiter belongs to the delimiter. After an empty header it is the header's.
            let content = body[position..<max(position, end - 2)]
            position = end
            return try part(header: header, content: content)
        }

        /// Steps over the delimiter at `position`; true when it was the closing one.
        private mutating func isClosed() throws(Failure) -> Bool {
            position += delimiter.count
            if body[position...].starts(with: "--".utf8) { return true }
            // RFC 2046 §5.1.1: transport padding.
            while position < body.count, body[position] == UInt8(ascii: " ") || body[position] == UInt8(ascii: "\t") {
                position += 1
            }
            return false
        }

        /// The header lines of a part, without the empty line that ends them.
        private mutating func partHeader() throws(Failure) -> [String] {
            var lines: [String] = []
            let limit = min(body.count, position + MultipartForm.maxPartHeaderBytes)
            while true {
                guard body[position...].starts(with: "\r\n".utf8) else {
                    throw .malformed("a part's header is cut off")
                }
                position += 2
                if body[position...].starts(with: "\r\n".utf8) { break }
                guard let end = lineEnd(from: position, limit: limit) else {
                    throw .malformed(
                        "a part's header is cut off or longer than \(MultipartForm.maxPartHeaderBytes) bytes"
                    )
                }
                let line = String(decoding: body[position..<end], as: UTF8.self)
                // Names are kept in dictionaries.
                guard line.isStreamSafe else {
                    throw .malformed("a part's header has over 30 combining marks in a row")
                }
                lines.append(line)
                position = end
            }
            position += 2
            return lines
        }

        private func part(header: [String], content: ArraySlice<UInt8>) throws(Failure) -> Part {
            guard let value = field("content-disposition:", of: header).map({ ParameterizedValue($0) }) else {
                throw .malformed("a part has no Content-Disposition")
            }
            guard value.value == "form-data", let name = value.parameters["name"] else {
                throw .malformed("a part's Content-Disposition is not form-data with a name")
            }
            // RFC 7578 §4.2 forbids filename*, but clients send it; that it is there is all we need to know.
            let filename = value.parameters["filename"] ?? value.parameters["filename*"]
            let contentType = field("content-type:", of: header).map { ParameterizedValue($0).value }
            return Part(name: name, filename: filename, contentType: contentType, content: content)
        }

        /// The value of the first header line that begins with `name`, whatever its case.
        private func field(_ name: String, of header: [String]) -> Substring? {
            header.first { $0.lowercased().hasPrefix(name) }?.dropFirst(name.count)
        }

        private func lineEnd(from start: Int, limit: Int) -> Int? {
            var index = start
            // Both bytes of the line break lie before the limit.
            while index < limit - 1, let found = body[index..<(limit - 1)].firstIndex(of: UInt8(ascii: "\r")) {
                if body[found + 1] == UInt8(ascii: "\n") { return found }
                index = found + 1
            }
            return nil
        }

        /// The next delimiter that stands at the beginning of a line.
        private func nextDelimiter(from start: Int) -> Int? {
            if start == 0, body.starts(with: delimiter) { return 0 }
            // An empty part: its delimiter follows the header's last line break.
            var index = max(0, start - 2)
            while let found = body[index...].firstIndex(of: UInt8(ascii: "\r")) {
                if body[found...].starts(with: "\r\n".utf8), body[(found + 2)...].starts(with: delimiter) {
                    return found + 2
                }
                index = found + 1
            }
            return nil
        }
    }
}
