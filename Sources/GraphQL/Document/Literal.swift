/// A value in a document: §2.9. A number stays text until its type is known.
package indirect enum Literal: Equatable, Sendable {
    case variable(String)
    case integer(String)
    case float(String)
    case string(String)
    case boolean(Bool)
    case null
    case enumeration(String)
    case list([Literal])
    case object([Member])

    /// A field of an input object.
    package struct Member: Equatable, Sendable {
        let name: String
        let value: Literal
    }

    /// The number of values in its lists and objects, at all levels.
    var nestedCount: Int {
        switch self {
        case .list(let items): items.reduce(items.count) { $0 + $1.nestedCount }
        case .object(let members): members.reduce(members.count) { $0 + $1.value.nestedCount }
        default: 0
        }
    }

    /// The names of the variables in this value, at all levels.
    var variables: [String] {
        switch self {
        case .variable(let name): [name]
        case .list(let items): items.flatMap(\.variables)
        case .object(let members): members.flatMap(\.value.variables)
        default: []
        }
    }
}

extension Literal {
    /// Converts a value from JSON to the value that a document would contain.
    init(_ value: Value) {
        switch value {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer("\(value)")
        case .float(let value): self = .float("\(value)")
        case .string(let value): self = .string(value)
        case .enumeration(let name): self = .enumeration(name)
        case .list(let items): self = .list(items.map(Literal.init))
        case .object(let members): self = .object(members.map { Member(name: $0.name, value: Literal($0.value)) })
        }
    }
}

/// The semantics of block strings: §2.9.4, "Block Strings".
enum BlockString {
    /// Removes the common indentation, and the blank lines at the start and the end.
    ///
    /// It works on bytes, in linear time: all removed characters are ASCII, and a character of the specification is one
    /// code point.
    static func value(_ raw: [UInt8]) -> String {
        var lines = lines(of: raw)
        let indentation = lines.dropFirst().filter { !isBlank($0) }.map { $0.prefix(while: isWhiteSpace).count }.min()
        if let indentation {
            for index in lines.indices.dropFirst() { lines[index] = lines[index].dropFirst(indentation) }
        }
        guard let first = lines.firstIndex(where: { !isBlank($0) }), let last = lines.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(decoding: Array(lines[first...last].joined(separator: "\n".utf8)), as: UTF8.self)
    }

    /// A line feed, a carriage return, or both in the order CR LF end a line.
    private static func lines(of raw: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for (index, byte) in raw.enumerated() where byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
            if byte == UInt8(ascii: "\n"), index > 0, raw[index - 1] == UInt8(ascii: "\r") {
                start = index + 1
            } else {
                lines.append(raw[start..<index])
                start = index + 1
            }
        }
        return lines + [raw[start...]]
    }

    private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
        line.allSatisfy(isWhiteSpace)
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
