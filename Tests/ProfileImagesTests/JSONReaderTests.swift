import Foundation
import ProfileImages
import Testing

/// Texts that RFC 8259 allows, and texts that it forbids.
@Suite struct JSONReaderTests {
    private func parse(_ text: String) throws -> JSONValue {
        try JSONValue(untrusted: Array(text.utf8))
    }

    @Test(
        arguments: [
            (" null\n", .null), ("true", .boolean(true)), ("false", .boolean(false)), ("[ ]", .array([])),
            ("{\t}", .object([:])),
            ("0", .integer(0)), ("-0", .integer(0)), ("-17", .integer(-17)), ("1.0", .integer(1)),
            ("1e2", .integer(100)),
            ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(0x1p63)),
            ("-1.5E-1", .number(-0.15)),
            ("1e-999", .integer(0)), ("\u{FEFF}1", .integer(1)),
            (#"[1,[2],{"a":null}]"#, .array([.integer(1), .array([.integer(2)]), .object(["a": .null])])),
        ] as [(String, JSONValue)]
    )
    func `valid JSON is parsed`(_ text: String, _ value: JSONValue) throws {
        #expect(try parse(text) == value)
    }

    @Test(arguments: [
        (#""""#, ""), (#""é日😀""#, "é日😀"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u00E9""#, "éé"),
        (#""\uD83D\uDE00""#, "😀"), (#""\u0000""#, "\0"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), ("\"\u{7F}\"", "\u{7F}"),
    ])
    func `a text may be escaped`(_ text: String, _ value: String) throws {
        #expect(try parse(text) == .string(value))
    }

    @Test(arguments: [
        "", " ", "nul", "nullx", "True", "'a'", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "{}}", "{\"a\"}",
        "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\":1 \"b\":2}", "1 2", "01", "-", "+1", ".5", "1.", "1e",
        "1e+",
        "0x10", "NaN", "Infinity", "1e999", "-1e999", "\"", "\"a", "\"\n\"", "\"\u{1F}\"", #""\x""#, #""\u12""#,
        #""\u+123""#,
        #""\uD800""#, #""\uD800\u0041""#, #""\uDC00""#, #""\uD800\uD800""#, #""\"#, "/**/1", "{\"a\":1,\"a\":2}",
        #"{"a":1,"\u0061":2}"#,
    ])
    func `invalid JSON is refused`(_ text: String) {
        #expect(throws: MalformedJSON.self) { try parse(text) }
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0xFE, 0xFF, 0, 0x31],
    ])
    func `invalid UTF-8 is refused`(_ bytes: [UInt8]) {
        #expect(throws: MalformedJSON.self) { try JSONValue(untrusted: bytes) }
    }

    @Test func `untrusted JSON has bounded names and bounded runs of combining marks`() throws {
        let marks = String(repeating: "\u{301}", count: 31)
        let escaped = String(repeating: #"\u0301"#, count: 31)
        for text in ["{\"e\(marks)\":1}", "[\"e\(marks)\"]", "{\"a\":{\"b\":\"e\(escaped)\"}}", "{\"e\(escaped)\":1}"] {
            #expect(throws: MalformedJSON.self) { try parse(text) }
            // Stored JSON of an earlier version is still read.
            _ = try JSONValue(trusted: Array(text.utf8))
        }
        let name = String(repeating: "n", count: JSONValue.maxNameBytes)
        _ = try parse("{\"\(name)\":1}")
        let fault = #expect(throws: MalformedJSON.self) { try parse("{\"\(name)n\":1}") }
        #expect(fault?.reason == .nameTooLong)
        #expect(fault?.offset == 1)
        #expect(#expect(throws: MalformedJSON.self) { try parse("[[\"e\(marks)\"]]") }?.reason == .tooManyMarks)
    }

    @Test func `an error has the offset of the fault`() {
        let fault = #expect(throws: MalformedJSON.self) { try parse(#"{"a": x}"#) }
        #expect(fault?.offset == 6)
    }

    @Test func `the nesting of values is bounded`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try parse(nested(JSONValue.maxDepth)).depth == JSONValue.maxDepth)
        #expect(throws: MalformedJSON.self) { try parse(nested(JSONValue.maxDepth + 1)) }
        #expect(throws: MalformedJSON.self) { try parse(String(repeating: "{\"a\":[", count: 500_000)) }
    }

    @Test func `any value is read as it was written`() throws {
        let value: JSONValue = .object([
            "a": .array([.integer(1), .number(-2.25), .number(1e300), .boolean(true), .string("é\n\u{1F}\"\\😀")]),
            "": .object(["b": .object([:])]), "\u{2028}": .integer(.min),
        ])
        #expect(try JSONValue(untrusted: Array(JSONEncoder().encode(value))) == value)
    }
}
