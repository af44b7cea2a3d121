import Bytes
import FoundationEssentials

/// A text is not valid Base64.
struct MalformedBase64: Error, Equatable {}

extension [UInt8] {
    /// Replaces all bytes by the decoded Base64 text in `range`. Decoding is in place: a file and its text together
    /// would take more than twice the file's memory.
    ///
    /// Follows RFC 4648 §4 strictly, as §3 advises: with padding, without line breaks, without characters of other
    /// alphabets. An empty text gives an empty file.
    mutating func decodeBase64(in range: Range<Int>) throws(MalformedBase64) {
        var (read, end) = (range.lowerBound, 0)
        while read < range.upperBound {
            let piece = read..<Swift.min(read + Self.base64Piece, range.upperBound)
            guard let bytes = Data(base64Encoded: Data(self[piece])) else { throw MalformedBase64() }
            read = piece.upperBound
            // Foundation accepts padding at any position, and too much padding.
            let padding = self[piece].reversed().prefix { $0 == UInt8(ascii: "=") }.count
            guard piece.count % 4 == 0, padding <= (read == range.upperBound ? 2 : 0),
                bytes.count == piece.count / 4 * 3 - padding
            else { throw MalformedBase64() }
            replaceSubrange(end..<(end + bytes.count), with: bytes)
            end += bytes.count
        }
        removeSubrange(end...)
    }

    /// Replaces the Base64 text of a picture, or its data URI (RFC 2397), by the picture. Browsers make such texts with
    /// `canvas.toDataURL()`. Quotation marks around the text and line breaks are ignored. Bytes that do not begin like
    /// such a text stay unchanged.
    mutating func decodePictureText() throws(MalformedBase64) {
        let quote = UInt8(ascii: "\"")
        var start = first == quote ? 1 : 0
        if self[start...].starts(with: "data:".utf8),
            let comma = self[start...].prefix(256).firstIndex(of: UInt8(ascii: ","))
        {
            start = comma + 1
        }
        // No picture begins with so many Base64 characters, and no picture has a shorter text.
        guard count >= start + Self.shortestText,
            self[start...].prefix(1024).allSatisfy({ $0.isBase64 || $0.isLineBreak || $0 == quote })
        else { return }
        removeSubrange(..<start)
        removeAll(where: \.isLineBreak)
        if last == quote { removeLast() }
        try decodeBase64(in: indices)
    }

    /// Shorter than the Base64 text of the smallest GIF.
    private static let shortestText = 32

    /// The number of bytes that are decoded at a time: a multiple of 4 that fits the nearer processor caches.
    private static let base64Piece = 64 * 1024

    /// Returns the length of the Base64 text of `count` bytes.
    static func base64Length(of count: Int) -> Int {
        (count + 2) / 3 * 4
    }
}

extension UInt8 {
    fileprivate var isLineBreak: Bool {
        self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r")
    }

    fileprivate var isBase64: Bool {
        isASCIIAlphanumeric || "+/=".utf8.contains(self)
    }
}

extension Data {
    /// The base64url text without padding, RFC 7515 §2.
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Decodes base64url without padding, RFC 7515 §2. Returns nil for other texts.
    init?(base64URL text: ArraySlice<UInt8>) {
        var base64: [UInt8] = []
        base64.reserveCapacity(text.count + 3)
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"): base64.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): base64.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: base64.append(byte)
            }
        }
        base64 += Array(repeating: UInt8(ascii: "="), count: (4 - base64.count % 4) % 4)
        self.init(base64Encoded: Data(base64))
    }
}
