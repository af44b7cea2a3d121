/// The meaning of a string between three quotes: §2.9.4, "Block Strings".
enum BlockString {
    /// The text without its common indentation and its blank first and last lines.
    static func value(_ raw: String) -> String {
        // "\r\n" is one Character, a line end like the others.
        var lines = raw.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
        let indentation = lines.dropFirst().filter { !isBlank($0) }.map { $0.prefix(while: isWhiteSpace).count }.min()
        if let indentation {
            for index in lines.indices.dropFirst() { lines[index] = lines[index].dropFirst(indentation) }
        }
        while let first = lines.first, isBlank(first) { lines.removeFirst() }
        while let last = lines.last, isBlank(last) { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    private static func isBlank(_ line: Substring) -> Bool {
        line.allSatisfy(isWhiteSpace)
    }

    private static func isWhiteSpace(_ character: Character) -> Bool {
        character == " " || character == "\t"
    }
}
