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

    /// Replaces a picture's Base64 text, or a data URI (RFC 2397) of one, by the picture: what a browser's
    /// `canvas.toDataURL()` gives, with or without quotation marks around it. Line breaks mean nothing. What does not begin as
    /// such a text stays as it is: its content decides.
    mutating func decodePictureText() throws(MalformedBase64) {
        let quote = UInt8(ascii: "\"")
        var start = first == quote ? 1 : 0
        if self[start...].starts(with: "data:".utf8),
            let comma = self[start...].prefix(256).firstIndex(of: UInt8(ascii: ","))
        {
            start = comma + 1
        }
        // No picture begins with so many letters, and none has so short a text.
        guard count >= start + Self.shortestText,
            self[start...].prefix(1024).allSatisfy({ $0.isBase64 || $0.isLineBreak || $0 == quote })
        else { return }
        removeSubrange(..<start)
        removeAll(where: \.isLineBreak)
        if last == quote { removeLast() }
        try decodeBase64(in: indices)
    }

    /// Shorter than the text of the smallest GIF.
    private static let shortestText = 32

    /// How many bytes of text are decoded at a time: a multiple of 4, and what stays in a processor's nearer caches.
    private static let base64Piece = 64 * 1024

    /// How many bytes of Base64 text stand for `count` bytes.
    static func base64Length(of count: Int) -> Int {
        (count + 2) / 3 * 4
    }
}

extension UInt8 {
    fileprivate var isLineBreak: Bool {
        self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r")
    }

    fileprivate var isBase64: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
