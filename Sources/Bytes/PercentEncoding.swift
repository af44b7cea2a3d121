extension String {
    /// The text in UTF-8 with all bytes percent-encoded except the unreserved characters of RFC 3986 §2.3.
    package var percentEncoded: String {
        utf8.map { byte in
            byte.isASCIIAlphanumeric || "-._~".utf8.contains(byte)
                ? String(UnicodeScalar(byte)) : "%\(byte.hexadecimal.uppercased())"
        }.joined()
    }

    /// Decodes percent-encoded UTF-8, RFC 3986 §2.1; a plus sign stays a plus sign. Nil for a broken encoding,
    /// invalid UTF-8, or more than 30 combining marks in a row, which would take too long to compare.
    package init?(percentDecoding text: Substring) {
        guard text.utf8.contains(UInt8(ascii: "%")) else {
            guard text.isStreamSafe else { return nil }
            self.init(text)
            return
        }
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexDigitValue, let low = rest.popFirst()?.hexDigitValue else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), decoded.isStreamSafe else { return nil }
        self = decoded
    }
}
