import Foundation
@testable import Server
import Testing

@Suite struct Base64Tests {
    private func decoded(_ text: String) throws -> [UInt8] {
        var bytes = Array(text.utf8)
        try bytes.decodeBase64(in: bytes.indices)
        return bytes
    }

    /// The test vectors of RFC 4648 §10.
    @Test(arguments: zip(["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"], 0...6))
    func `the vectors of RFC 4648 are decoded`(_ text: String, _ length: Int) throws {
        #expect(try decoded(text) == Array("foobar".utf8.prefix(length)))
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "=", "====", "Zm9v=", "Zm9v====", "Zg==Zg==", "Zm=v", "Zm9v\n", "Zm9v\r\nYmFy",
        " Zm9v", "Zm9v ",
        "-_-_", "Zm9vé", "Zm9%", "'Zm9v", "Zm9\0",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(throws: MalformedBase64.self) { try decoded(text) }
    }

    @Test func `the whole standard alphabet is accepted`() throws {
        let bytes = (0...255).map { UInt8($0) } + [0xFB, 0xFF, 0xBF, 0xFE]
        let text = Data(bytes).base64EncodedString()
        #expect(text.contains("+") && text.contains("/"))
        #expect(try decoded(text) == bytes)
    }

    @Test(arguments: [-2, -1, 0, 1, 2, 3])
    func `texts of several pieces are decoded at any length`(_ more: Int) throws {
        for pieces in 1...3 {
            let bytes = (0..<(pieces * 48 * 1024 + more)).map { UInt8(truncatingIfNeeded: $0 &* 37 >> 3) }
            #expect(try decoded(Data(bytes).base64EncodedString()) == bytes)
        }
    }

    @Test func `padding between two pieces is refused`() throws {
        let piece = String(repeating: "A", count: 64 * 1024 - 4)
        #expect(try decoded(piece + "AAAA" + "AAAA").count == 48 * 1024 + 3)
        #expect(throws: MalformedBase64.self) { try decoded(piece + "AA==" + "AAAA") }
    }

    @Test func `the bytes around the text are removed`() throws {
        var bytes = Array("data:image/png;base64,Zm9v, and more".utf8)
        try bytes.decodeBase64(in: 22..<26)
        #expect(bytes == Array("foo".utf8))
    }

    @Test func `the decoded length is known before decoding`() {
        for count in 0...100 {
            #expect([UInt8].base64Length(of: count) == Data(count: count).base64EncodedData().count)
        }
    }
}
