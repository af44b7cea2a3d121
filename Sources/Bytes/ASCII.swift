extension UInt8 {
    /// Whether this is `0` to `9` in ASCII.
    @inlinable package var isASCIIDigit: Bool {
        self &- 0x30 < 10
    }

    /// Whether this is `a` to `z` or `A` to `Z` in ASCII.
    @inlinable package var isASCIILetter: Bool {
        (self | 0x20) &- 0x61 < 26
    }

    /// Whether this is an ASCII letter or digit.
    @inlinable package var isASCIIAlphanumeric: Bool {
        isASCIILetter || isASCIIDigit
    }

    /// Whether this is `0` to `9` or `a` to `f` in ASCII.
    @inlinable package var isLowerCaseHexDigit: Bool {
        isASCIIDigit || self &- 0x61 < 6
    }

    /// The value of this ASCII character as a hexadecimal digit, in lower or upper case; nil for other characters.
    @inlinable package var hexDigitValue: UInt8? {
        if isASCIIDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}

extension FixedWidthInteger {
    /// The hexadecimal digits of the integer in lower case, with leading zeros up to its bit width.
    package var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: Self.bitWidth / 4 - digits.count) + digits
    }
}
