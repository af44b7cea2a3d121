import StreamSafe

extension String {
    /// Decodes percent-encoded UTF-8, RFC 3986 §2.1; a plus sign stays a plus sign. Nil for a broken encoding, invalid UTF-8, or
    /// more than 30 combining marks in a row, which would take too long to compare.
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

extension UInt8 {
    /// The value of this ASCII character as a hexadecimal digit.
    fileprivate var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
