/// The meaning of a string between three quotes: §2.9.4, "Block Strings".
enum BlockString {
    /// The text without its common indentation and its blank first and last lines.
    ///
    /// It works on bytes, in time that grows with their number: what is cut off is ASCII, and of characters the specification
    /// knows none that are longer than one code point.
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

    /// A carriage return, a line feed, or the first before the second ends a line.
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
