/// A header value with parameters: `value; name=token; name="quoted \"string\""`, RFC 9110 §5.6.6.
struct ParameterizedValue: Equatable {
    /// What stands before the first semicolon, in lower case.
    let value: String
    /// The parameters by name in lower case. The first of two with the same name counts.
    let parameters: [String: String]

    init(_ text: some StringProtocol) {
        var parts = Self.split(text, at: ";")[...]
        value = parts.popFirst()?.lowercased() ?? ""
        parameters = parts.reduce(into: [:]) { parameters, part in
            guard let equals = part.firstIndex(of: "=") else { return }
            let name = Self.trimmed(part[..<equals]).lowercased()
            guard parameters[name] == nil else { return }
            parameters[name] = Self.unquoted(Self.trimmed(part[part.index(after: equals)...]))
        }
    }

    /// The members of a comma-separated list, RFC 9110 §5.6.1.
    static func list(_ text: String) -> [ParameterizedValue] {
        split(text, at: ",").filter { !$0.isEmpty }.map { ParameterizedValue($0) }
    }

    /// Cuts at every `separator` that is not inside a quoted string, and trims white space.
    static func split(_ text: some StringProtocol, at separator: Character) -> [String] {
        var parts: [String] = []
        var part = ""
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if character == separator, !isQuoted {
                parts.append(trimmed(part))
                part = ""
                continue
            }
            part.append(character)
            if isEscaped {
                isEscaped = false
            } else if character == "\\", isQuoted {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            }
        }
        return parts + [trimmed(part)]
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.first == "\"", text.last == "\"" else { return text }
        var result = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                result.append(character)
                isEscaped = false
            }
        }
        return result
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        var rest = Substring(text).drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(rest)
    }
}
