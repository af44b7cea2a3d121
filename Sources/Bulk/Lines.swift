import Foundation

/// The lines of a text that hold something, without copying them: there may be millions.
struct Lines: Sendable {
    private let text: Data
    private var ranges: [(range: Range<Int>, number: Int)] = []

    init(_ text: Data) {
        self.text = text
        var start = text.startIndex
        var number = 0
        while start < text.endIndex {
            let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
            number += 1
            if text[start..<end].contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") }) {
                ranges.append((start..<end, number))
            }
            start = end + 1
        }
    }

    var count: Int { ranges.count }

    var first: Data? { ranges.isEmpty ? nil : self[0] }

    subscript(index: Int) -> Data {
        Data(text[ranges[index].range])
    }

    /// Counted from 1, with the empty ones.
    func number(of index: Int) -> Int {
        ranges[index].number
    }

    func dropFirst() -> Lines {
        var rest = self
        rest.ranges.removeFirst()
        return rest
    }
}
