import GraphQL
import Testing

@Suite struct LimitTests {
    @Test(arguments: [
        String(repeating: "{a", count: 100_000),
        "{ a(b: " + String(repeating: "[", count: 100_000),
        "{ a(b: " + String(repeating: "{c:", count: 100_000),
        "query ($a: " + String(repeating: "[", count: 100_000),
    ])
    func `a document that nests too deep is refused`(_ document: String) {
        #expect(TestSchema.refusal(document) == ["The document nests deeper; at most 64 are allowed."])
    }

    @Test(arguments: ["\"", "\"\"\""])
    func `a string with too many combining marks is refused, also if they are escaped`(_ quote: String) {
        let marks = String(repeating: "\u{301}", count: 31)
        let escaped = String(repeating: #"\u0301"#, count: 31)
        for text in quote == "\"" ? [marks, escaped] : [marks] {
            let document = "{ book(id: \(quote)e\(text)\(quote)) { title } }"
            #expect(TestSchema.refusal(document) == ["Syntax Error: String has over 30 combining marks in a row."])
        }
    }

    @Test func `fragments do not hide the depth`() {
        let fragments = (0..<70).map { "fragment f\($0) on Query { ...f\($0 + 1) }" }.joined()
        let document = "{ ...f0 } \(fragments) fragment f70 on Query { fails }"
        #expect(TestSchema.refusal(document) == ["The document nests deeper; at most 64 are allowed."])
        // The same with the deepest fragments first, so that the check has already seen them.
        let reversed = (0..<70).reversed().map { "fragment f\($0) on Query { ...f\($0 + 1) }" }.joined()
        let other = "fragment f70 on Query { fails } \(reversed) { ...f0 }"
        #expect(TestSchema.refusal(other) == ["The document nests deeper; at most 64 are allowed."])
    }

    @Test func `a document with too many tokens is refused`() {
        let document = "{" + String(repeating: " a", count: 20_000) + "}"
        #expect(TestSchema.refusal(document) == ["The document has more tokens; at most 15000 are allowed."])
    }

    @Test func `fragments that double the fields are refused`() {
        let fragments = (0..<30).map {
            "fragment f\($0) on Person { a: books { author { ...f\($0 + 1) } } b: books { author { ...f\($0 + 1) } } }"
        }
        var limits = Limits()
        limits.depth = 200
        limits.fields = 1000
        let document = "{ book(id: 1) { author { ...f0 } } } \(fragments.joined()) fragment f30 on Person { id }"
        #expect(
            TestSchema.refusal(document, limits: limits)
                == ["The document asks for more fields; at most 1000 are allowed."]
        )
    }

    @Test func `introspection that multiplies the fields is refused`() {
        let levels = String(repeating: "possibleTypes { interfaces { ", count: 20)
        let response = TestSchema.response(
            "{ __type(name: \"Node\") { \(levels) name \(String(repeating: "}", count: 42))"
        )
        #expect(response.data == .null)
        #expect(response.errors.map(\.message) == ["The document asks for more fields; at most 100000 are allowed."])
    }

    @Test func `at most a hundred errors are reported`() {
        let document = "{" + (0..<1000).map { "a\($0)" }.joined(separator: " ") + "}"
        #expect(TestSchema.refusal(document).count == 100)
        let failing = "{" + (0..<1000).map { "a\($0): fails" }.joined(separator: " ") + "}"
        #expect(TestSchema.response(failing).errors.count == 100)
    }
}
