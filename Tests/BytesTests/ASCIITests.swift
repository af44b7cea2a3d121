import Bytes
import Testing

@Suite struct ASCIITests {
    @Test func `each class has exactly the ASCII characters of its name`() {
        for byte in UInt8.min...UInt8.max {
            let scalar = Unicode.Scalar(byte)
            #expect(byte.isASCIIDigit == ("0"..."9").contains(scalar), "\(byte)")
            #expect(byte.isASCIILetter == (("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)), "\(byte)")
            #expect(byte.isASCIIAlphanumeric == (byte.isASCIIDigit || byte.isASCIILetter), "\(byte)")
            #expect(
                byte.isLowerCaseHexDigit == (("0"..."9").contains(scalar) || ("a"..."f").contains(scalar)),
                "\(byte)"
            )
            #expect(byte.hexDigitValue.map(Int.init) == (byte < 128 ? Character(scalar).hexDigitValue : nil), "\(byte)")
        }
    }

    @Test(arguments: [("a%2Fb", "a/b"), ("%c3%A9", "é"), ("a+b", "a+b"), ("", "")])
    func `percent-encoded UTF-8 is decoded`(_ text: String, _ decoded: String) {
        #expect(String(percentDecoding: text[...]) == decoded)
        #expect(String(percentDecoding: decoded.percentEncoded[...]) == decoded)
    }

    @Test(arguments: ["%", "%4", "%4g", "%ff", "%00%ED%A0%80", "a" + String(repeating: "%CC%81", count: 31)])
    func `an invalid encoding is refused`(_ text: String) {
        #expect(String(percentDecoding: text[...]) == nil)
    }
}
