import Bytes

/// A `multipart/form-data` body, RFC 7578. The parts refer to the body's bytes without a copy.
struct MultipartForm {
    /// One part of a form.
    struct Part {
        let name: String
        /// Nil if the part is not a file; empty if the client sends no name.
        let filename: String?
        /// The declared media type, RFC 7578 §4.4; nil if absent.
        let contentType: String?
        let content: ArraySlice<UInt8>
    }

    /// The reason why a body is not a form.
    enum Failure: Error, Equatable {
        case invalidBoundary
        case malformed(String)
    }

    /// A form with one picture needs few parts and short part headers. These limits bound the work of parsing.
    static let maxParts = 32
    static let maxPartHeaderBytes = 8 * 1024

    let parts: [Part]

    /// - Parameter boundary: the parameter of the media type, RFC 2046 §5.1.1.
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

    /// The parts that are files. A single part without a file name is a file too, because some clients send no file
    /// name.
    var files: [Part] {
        let named = parts.filter { $0.filename != nil }
        return named.isEmpty && parts.count == 1 ? parts : named
    }

    /// RFC 2046 §5.1.1: 1 to 70 of these characters; the last is not a space.
    private static func isBoundary(_ text: String) -> Bool {
        (1...70).contains(text.utf8.count) && text.last != " "
            && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "'()+_,-./:=? ".utf8.contains($0) }
    }
}

extension MultipartForm {
    /// Parses a body from delimiter to delimiter.
    private struct Parser {
        let body: [UInt8]
        /// Two hyphens and the boundary.
        let delimiter: [UInt8]
        /// The current position: at a delimiter, or before the first delimiter.
        private var position = 0
        private var isStarted = false

        init(body: [UInt8], delimiter: [UInt8]) {
            self.body = body
            self.delimiter = delimiter
        }

        /// Returns the next part; nil after the closing delimiter.
        mutating func nextPart() throws(Failure) -> Part? {
            if !isStarted {
                guard let first = nextDelimiter(from: 0) else { throw .malformed("its first boundary is missing") }
                position = first
                isStarted = true
            }
            guard try !isClosed() else { return nil }
            let header = try partHeader()
            guard let end = nextDelimiter(from: position) else { throw .malformed("its closing boundary is missing") }
            // The line break before a delimiter belongs to the delimiter. If the content is empty, it is the line break
            // that ends the header.
            let content = body[position..<max(position, end - 2)]
            position = end
            return try part(header: header, content: content)
        }

        /// Skips the delimiter at `position`; returns true if it is the closing delimiter.
        private mutating func isClosed() throws(Failure) -> Bool {
            position += delimiter.count
            if body[position...].starts(with: "--".utf8) { return true }
            // RFC 2046 §5.1.1: transport padding.
            while position < body.count, body[position] == UInt8(ascii: " ") || body[position] == UInt8(ascii: "\t") {
                position += 1
            }
            return false
        }

        /// Returns the header lines of a part, without the empty line at the end.
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
                // Names become keys of dictionaries, so their comparison must be cheap.
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
            // RFC 7578 §4.2 forbids `filename*`, but some clients send it. Its presence marks the part as a file.
            let filename = value.parameters["filename"] ?? value.parameters["filename*"]
            let contentType = field("content-type:", of: header).map { ParameterizedValue($0).value }
            return Part(name: name, filename: filename, contentType: contentType, content: content)
        }

        /// Returns the value of the first header line that begins with `name`, ignoring case.
        private func field(_ name: String, of header: [String]) -> Substring? {
            header.first { $0.lowercased().hasPrefix(name) }?.dropFirst(name.count)
        }

        private func lineEnd(from start: Int, limit: Int) -> Int? {
            var index = start
            // Both bytes of the line break must be before the limit.
            while index < limit - 1, let found = body[index..<(limit - 1)].firstIndex(of: UInt8(ascii: "\r")) {
                if body[found + 1] == UInt8(ascii: "\n") { return found }
                index = found + 1
            }
            return nil
        }

        /// Returns the position of the next delimiter at the beginning of a line.
        private func nextDelimiter(from start: Int) -> Int? {
            if start == 0, body.starts(with: delimiter) { return 0 }
            // In an empty part the delimiter directly follows the last line break of the header.
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
