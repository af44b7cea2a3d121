import HTTPTypes
import ProfileImages
@testable import Server
import Testing

@Suite struct JSONObjectWithFileTests {
    private func read(_ body: String) throws -> JSONObjectWithFile {
        try JSONObjectWithFile(Array(body.utf8), file: "image")
    }

    private func text(_ body: String) throws -> String? {
        var object = try read(body)
        return object.takeText().map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        #"{"image":"Zm9v","method":"set"}"#, #"{"method":"set","image":"Zm9v"}"#,
        #"{"a":[{"image":"x"},"]}"],"image":"Zm9v"}"#,
        #"{"a":{"b":["\"}",{}]},"image":"Zm9v","c":{}}"#, "\t{ \"image\"\r\n:\n \"Zm9v\" , \"c\" : 1.5e3 } ",
        #"{"a\"image":"x","image":"Zm9v"}"#, #"{"im\u0061ge":"Zm9v"}"#, #"{"":"","image":"Zm9v","\\":"\\"}"#,
        #"{"a":null,"b":true,"c":-1,"image":"Zm9v"}"#,
    ])
    func `the text is found in any position of the top level`(_ body: String) throws {
        #expect(try text(body) == "Zm9v")
    }

    @Test(arguments: [
        #"{}"#, #"{"a":{"image":"x"}}"#, #"{"a":"image","b":"x"}"#, #"{"Image":"x"}"#, #"{"images":"x"}"#,
        #"{"a":["image","x"]}"#,
        #"{"image":null}"#, #"{"image":5}"#, #"{"image":{"image":"x"}}"#, #"{"image":["x"]}"#,
    ])
    func `without a text at the top level the text is nil`(_ body: String) throws {
        #expect(try text(body) == nil)
    }

    @Test func `the other members are parsed as usual`() throws {
        var object = try read(#"{"image":"Zm9v","method":"set","more":[1,"é"]}"#)
        #expect(object.members.names == ["method", "more"])
        #expect(object.members.value("more") == .array([.integer(1), .string("é")]))
        var without = try read(#"{"image":5,"method":"set"}"#)
        #expect(without.members.value("image") == .integer(5))
    }

    @Test(arguments: [
        (#"a\/b\/\/c"#, "a/b//c"), (#"\u0027ab\u002B\u002f\u003D\u003d\u0027"#, "'ab+/=='"), (#"\\\"\/"#, #"\"/"#),
        (#"\/"#, "/"),
    ])
    func `escapes in the text are decoded`(
        _ written: String,
        _ meant: String
    )
        throws
    {
        #expect(try text(#"{"a":1,"image":"\#(written)"}"#) == meant)
    }

    @Test(arguments: [#"\u00e9"#, #"\u0000"#, #"\n"#, #"\x"#, #"\u00"#, #"\u+027"#, #"\u0127"#, #"\uD83D\uDE00"#])
    func `an escape of a character outside Base64 is a 400`(_ written: String) throws {
        let problem = #expect(throws: CodedError.self) { try text(#"{"image":"ab\#(written)"}"#) }
        #expect(problem?.kind == .malformed)
        #expect(problem?.pointer == "/image")
    }

    @Test(arguments: [
        "", "x", "[]", "null", "{", "}", #"{"image""#, #"{"image":"#, #"{"image":"Zm9v"#, #"{"image":"Zm9v\"}"#,
        #"{"image":"Zm9v\"#,
        #"{"image":"Zm9v""#, #"{"image":"Zm9v" "a":1}"#, #"{"image":"Zm9v"x}"#,
        #"{"image":"Zm9v"}}"#,
        #"{"image" "Zm9v"}"#, #"{image:"Zm9v"}"#, #"{"image":"Zm9v","a":[}"#, #"{"image":"Zm9v"}{}"#,
        #"{"a":{],"image":"Zm9v"}"#,
    ])
    func `any other JSON is a 400`(_ body: String) {
        let problem = #expect(throws: CodedError.self) { try read(body) }
        #expect(problem?.code == "bad-json")
    }

    @Test func `two texts with the same name are a 400`() {
        for second in [#""image""#, #""\u0069mage""#] {
            let problem = #expect(throws: CodedError.self) { try read(#"{"image":"a",\#(second):"b"}"#) }
            #expect(problem?.code == "bad-member")
        }
    }

    @Test func `the size of the other members is bounded before decoding`() throws {
        let long = String(repeating: "x", count: Request.maxJSONBytes)
        #expect(try text(#"{"image":"\#(long)","a":1}"#)?.utf8.count == long.utf8.count)
        let names = String(repeating: #""\/":0,"#, count: 10_000)
        for body in [
            #"{"image":"a","b":"\#(long)"}"#, #"{"b":"\#(long)","image":"a"}"#, #"{\#(names)"image":"a"}"#, "{\(long)",
        ] {
            let problem = #expect(throws: CodedError.self) { try read(body) }
            #expect(problem?.code == "bad-json")
            #expect(problem?.limit == Request.maxJSONBytes)
        }
    }

    @Test func `a truncated object is refused at any length`() {
        let body = #" {"a":{"b":["\"x"]},"image":"Zm\/9v","c":null}"#
        for length in 0..<body.utf8.count {
            #expect(throws: CodedError.self) { try read(String(body.prefix(length))) }
        }
    }
}
