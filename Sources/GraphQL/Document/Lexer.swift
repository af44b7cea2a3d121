import Bytes

/// Splits a document into tokens: §2.1.
struct Lexer {
    private let source: [UInt8]
    private var position = 0
    private var line = 1
    private var column = 1
    private var remaining: Int
    private let limits: Limits

    init(_ source: String, limits: Limits) {
        self.source = Array(source.utf8)
        self.limits = limits
        remaining = limits.tokens
        // §2.1.1: a byte order mark at the start is ignored.
        if self.source.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    mutating func next() throws(GraphQLError) -> Token {
        skipIgnored()
        let location = Location(line: line, column: column)
        guard remaining > 0 else { throw .tooMuch("has more tokens", limit: limits.tokens, at: location) }
        remaining -= 1
        return Token(kind: try kind(at: location), location: location)
    }

    private mutating func kind(at location: Location) throws(GraphQLError) -> Token.Kind {
        guard let byte = peek() else { return .end }
        switch byte {
        case UInt8(ascii: "."):
            guard source[position...].starts(with: "...".utf8) else { throw unexpected(byte, at: location) }
            for _ in 1...3 { advance() }
            return .spread
        case UInt8(ascii: "\""):
            let text = try string(at: location)
            // Comparing strings takes long if they contain long runs of combining marks.
            guard text.isStreamSafe else { throw .syntax("String has over 30 combining marks in a row.", at: location) }
            return .string(text)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try number(at: location)
        case _ where byte.startsName:
            let name = take(while: \.continuesName)
            guard name.utf8.count <= limits.name else {
                throw .tooMuch("has a name of more characters", limit: limits.name, at: location)
            }
            return .name(name)
        case _ where "!$&()|:=@[]{}".utf8.contains(byte):
            advance()
            return .punctuator(Character(Unicode.Scalar(byte)))
        default:
            throw unexpected(byte, at: location)
        }
    }

    // MARK: - Numbers: §2.9.1, §2.9.2

    private mutating func number(at location: Location) throws(GraphQLError) -> Token.Kind {
        let start = position
        var isFloat = false
        if peek() == UInt8(ascii: "-") { advance() }
        let leadsWithZero = peek() == UInt8(ascii: "0")
        let digits = try digits()
        guard !leadsWithZero || digits.utf8.count == 1 else {
            throw .syntax("Invalid number, unexpected digit after 0.", at: location)
        }
        if peek() == UInt8(ascii: ".") {
            isFloat = true
            advance()
            _ = try self.digits()
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            isFloat = true
            advance()
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { advance() }
            _ = try self.digits()
        }
        // §2.9.1, §2.9.2: a letter, an underscore or a period must not follow a number.
        if let byte = peek(), byte.startsName || byte == UInt8(ascii: ".") { throw unexpected(byte, at: location) }
        let text = String(decoding: source[start..<position], as: UTF8.self)
        return isFloat ? .float(text) : .integer(text)
    }

    private mutating func digits() throws(GraphQLError) -> String {
        let digits = take(while: \.isASCIIDigit)
        guard !digits.isEmpty else {
            throw .syntax("Invalid number, expected digit.", at: Location(line: line, column: column))
        }
        return digits
    }

    // MARK: - Strings: §2.9.4

    private mutating func string(at location: Location) throws(GraphQLError) -> String {
        if source[position...].starts(with: #"""""#.utf8) { return try blockString(at: location) }
        advance()
        var bytes: [UInt8] = []
        while let byte = peek(), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
            advance()
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"): bytes += String(try escaped()).utf8
            default: bytes.append(byte)
            }
        }
        throw .syntax("Unterminated string.", at: location)
    }

    private mutating func escaped() throws(GraphQLError) -> Unicode.Scalar {
        let location = Location(line: line, column: column)
        let byte = peek()
        advance()
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try escapedScalar(at: location)
        default: throw .syntax("Invalid character escape sequence.", at: location)
        }
    }

    /// Reads the digits after `\u`. Two escapes can form a surrogate pair, which gives one scalar.
    private mutating func escapedScalar(at location: Location) throws(GraphQLError) -> Unicode.Scalar {
        let first = try codeUnit(at: location)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), source[position...].starts(with: #"\u"#.utf8) else {
            throw .syntax("Invalid Unicode escape sequence.", at: location)
        }
        for _ in 1...2 { advance() }
        let second = try codeUnit(at: location)
        guard UTF16.isTrailSurrogate(second) else { throw .syntax("Invalid Unicode escape sequence.", at: location) }
        let pair = String(decoding: [first, second], as: UTF16.self)
        return pair.unicodeScalars.first ?? "\u{FFFD}"
    }

    private mutating func codeUnit(at location: Location) throws(GraphQLError) -> UInt16 {
        let digits = source[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ $0.hexDigitValue != nil }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw .syntax("Invalid Unicode escape sequence.", at: location) }
        for _ in 1...4 { advance() }
        return unit
    }

    private mutating func blockString(at location: Location) throws(GraphQLError) -> String {
        let mark = Array(#"""""#.utf8)
        for _ in mark { advance() }
        var bytes: [UInt8] = []
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\"") where source[position...].starts(with: mark):
                for _ in mark { advance() }
                return BlockString.value(bytes)
            case UInt8(ascii: "\\") where source[(position + 1)...].starts(with: mark):
                for _ in 0...mark.count { advance() }
                bytes += mark
            default:
                bytes.append(byte)
                advance()
            }
        }
        throw .syntax("Unterminated string.", at: location)
    }

    // MARK: - Bytes

    /// §2.1.7: skips white space, line terminators, comments and commas.
    private mutating func skipIgnored() {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: ","):
                advance()
            case UInt8(ascii: "#"):
                while let byte = peek(), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { advance() }
            default:
                return
            }
        }
    }

    private func peek() -> UInt8? {
        position < source.count ? source[position] : nil
    }

    private mutating func advance() {
        guard let byte = peek() else { return }
        position += 1
        switch byte {
        // A carriage return before a line feed belongs to the same line terminator.
        case UInt8(ascii: "\r") where peek() == UInt8(ascii: "\n"): break
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            line += 1
            column = 1
        default:
            // Columns count code points: a continuation byte of UTF-8 does not count.
            if !UTF8.isContinuation(byte) { column += 1 }
        }
    }

    private mutating func take(while condition: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = peek(), condition(byte) { advance() }
        return String(decoding: source[start..<position], as: UTF8.self)
    }

    private func unexpected(_ byte: UInt8, at location: Location) -> GraphQLError {
        let text = String(decoding: source[position...].prefix(4), as: UTF8.self).unicodeScalars.first.map(String.init)
        let name = byte < 0x20 ? "control character" : "character \"\(text ?? "")\""
        return .syntax("Unexpected \(name).", at: location)
    }
}

extension UInt8 {
    fileprivate var startsName: Bool {
        isASCIILetter || self == UInt8(ascii: "_")
    }

    fileprivate var continuesName: Bool {
        startsName || isASCIIDigit
    }
}

/// A lexical token: §2.1.6.
struct Token: Sendable {
    enum Kind: Equatable, Sendable {
        case punctuator(Character)
        /// `...`
        case spread
        case name(String)
        case integer(String)
        case float(String)
        case string(String)
        case end
    }

    let kind: Kind
    let location: Location

    /// The text for this token in errors.
    var description: String {
        switch kind {
        case .punctuator(let character): "\"\(character)\""
        case .spread: "\"...\""
        case .name(let name): "name \"\(name)\""
        case .integer(let text): "Int \"\(text)\""
        case .float(let text): "Float \"\(text)\""
        case .string: "a string"
        case .end: "<EOF>"
        }
    }
}
