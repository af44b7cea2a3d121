/// A header value with parameters: `value; name=token; name="quoted \"string\""`, RFC 9110 §5.6.6.
struct ParameterizedValue: Equatable {
    /// The text before the first semicolon, in lower case.
    let value: String
    /// The parameters by their names in lower case. Of two parameters with the same name the first counts.
    let parameters: [String: String]

    init(_ text: some StringProtocol) {
        var parts = Self.split(text, at: ";")[...]
        value = parts.popFirst()?.lowercased() ?? ""
        parameters = parts.reduce(into: [:]) { parameters, part in
            guard let equals = part.firstIndex(of: "=") else { return }
            let name = Self.trimmed(part.utf8[..<equals]).lowercased()
            guard parameters[name] == nil else { return }
            parameters[name] = Self.unquoted(Self.trimmed(part.utf8[part.index(after: equals)...]))
        }
    }

    /// Returns the members of a comma-separated list, RFC 9110 §5.6.1.
    static func list(_ text: String) -> [ParameterizedValue] {
        split(text, at: ",").filter { !$0.isEmpty }.map { ParameterizedValue($0) }
    }

    /// The weight of a member of an `Accept` list, RFC 9110 §12.4.2: 1 without `q`, 0 if `q` is not a number.
    var quality: Double {
        parameters["q"].map { Double($0) ?? 0 } ?? 1
    }

    /// Splits at every `separator` outside quoted strings, and trims white space.
    static func split(_ text: some StringProtocol, at separator: Unicode.Scalar) -> [String] {
        var parts: [String] = []
        let bytes = Substring(text).utf8
        var start = bytes.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in bytes.indices {
            let byte = bytes[index]
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: separator), !isQuoted {
                parts.append(trimmed(bytes[start..<index]))
                start = bytes.index(after: index)
            } else if byte == UInt8(ascii: "\\"), isQuoted {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            }
        }
        return parts + [trimmed(bytes[start...])]
    }

    private static func unquoted(_ text: String) -> String {
        guard text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        var result: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8.dropFirst().dropLast() {
            if byte == UInt8(ascii: "\\"), !isEscaped {
                isEscaped = true
            } else {
                result.append(byte)
                isEscaped = false
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func trimmed(_ text: Substring.UTF8View) -> String {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var rest = text.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(Substring(rest))
    }
}
