import FoundationEssentials

/// A text that should be Base64 is not.
struct MalformedBase64: Error, Equatable {}

extension [UInt8] {
    /// Replaces everything by what the Base64 text in `range` stands for. In place: a file and its text side by side would
    /// take more than twice the file's memory.
    ///
    /// RFC 4648 §4 to the letter, as its §3 advises: padded, no line breaks, no character of another alphabet. No text is
    /// no file.
    mutating func decodeBase64(in range: Range<Int>) throws(MalformedBase64) {
        var (read, end) = (range.lowerBound, 0)
        while read < range.upperBound {
            let piece = read..<Swift.min(read + Self.base64Piece, range.upperBound)
            guard let bytes = Data(base64Encoded: Data(self[piece])) else { throw MalformedBase64() }
            read = piece.upperBound
            // Foundation takes padding anywhere, and more than there may be.
            let padding = self[piece].reversed().prefix { $0 == UInt8(ascii: "=") }.count
            guard piece.count % 4 == 0, padding <= (read == range.upperBound ? 2 : 0),
                bytes.count == piece.count / 4 * 3 - padding
            else { throw MalformedBase64() }
            replaceSubrange(end..<(end + bytes.count), with: bytes)
            end += bytes.count
        }
        removeSubrange(end...)
    }

    /// How many bytes of text are decoded at a time: a multiple of 4, and what stays in a processor's nearer caches.
    private static let base64Piece = 64 * 1024

    /// How many bytes of Base64 text stand for `count` bytes.
    static func base64Length(of count: Int) -> Int {
        (count + 2) / 3 * 4
    }
}
