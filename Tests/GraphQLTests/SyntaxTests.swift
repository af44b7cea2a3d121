import GraphQL
import Testing

@Suite struct SyntaxTests {
    @Test(arguments: [
        ("\u{FEFF}{ fails: __typename }", #"{"data":{"fails":"Query"}}"#),
        ("query,,{#comment }\n,a:__typename,b:__typename}", #"{"data":{"a":"Query","b":"Query"}}"#),
        ("query Name @skip(if: false) { __typename }", #"{"errors""#),
        (
            "{ echo(any: [1, -2.5e3, \"\", true, null, WORD, {a: {b: []}}]) }",
            #"{"data":{"echo":{"any":[1,-2500.0,"",true,null,"WORD",{"a":{"b":[]}}],"times":1}}}"#
        ),
        (
            "{ echo(any: {on: 1, query: 2, fragment: 3, type: 4}) }",
            #"{"data":{"echo":{"any":{"on":1,"query":2,"fragment":3,"type":4},"times":1}}}"#
        ),
        (
            "{ query: __typename fragment: __typename on: __typename }",
            #"{"data":{"query":"Query","fragment":"Query","on":"Query"}}"#
        ),
    ])
    func `a document is parsed`(_ document: String, _ answer: String) {
        #expect(TestSchema.answer(document).hasPrefix(answer))
    }

    @Test(arguments: [
        (##""\"\\\/\b\f\n\r\tA""##, ##""\"\\/\u0008\u000c\n\u000d\u0009A""##),
        (##""\u00e9 \uD83D\uDE00 é😀""##, ##""é 😀 é😀""##),
        (##""# no comment, \u0041""##, ##""# no comment, A""##),
        (##""""""""##, ##""""##),
        (##""""a \n \""" b """"##, ##""a \\n \"\"\" b ""##),
        (
            "\"\"\"\n    Hello,\n      World!\n\n    Yours,\r\n      GraphQL.\n  \"\"\"",
            ##""Hello,\n  World!\n\nYours,\n  GraphQL.""##
        ),
    ])
    func `the escapes of a string are decoded`(_ literal: String, _ json: String) {
        #expect(TestSchema.answer("{ echo(text: \(literal)) }") == #"{"data":{"echo":{"text":\#(json),"times":1}}}"#)
    }

    @Test(arguments: [
        ("", "Unexpected <EOF>.", 1, 1),
        ("{", "Expected Name, found <EOF>.", 1, 2),
        ("{}", "Expected Name, found \"}\".", 1, 2),
        ("{ a\r\n  b(", "Expected Name, found <EOF>.", 2, 5),
        ("{ é", "Unexpected character \"é\".", 1, 3),
        ("{ a(b: \"é\" ?) }", "Unexpected character \"?\".", 1, 12),
        ("{ a(b: \"x\n\") }", "Unterminated string.", 1, 8),
        ("{ a(b: \"\"\"x\") }", "Unterminated string.", 1, 8),
        (#"{ a(b: "\x") }"#, "Invalid character escape sequence.", 1, 10),
        (#"{ a(b: "\u12") }"#, "Invalid Unicode escape sequence.", 1, 10),
        (#"{ a(b: "\uD83D") }"#, "Invalid Unicode escape sequence.", 1, 10),
        (#"{ a(b: "\uDE00\uD83D") }"#, "Invalid Unicode escape sequence.", 1, 10),
        ("{ a(b: 01) }", "Invalid number, unexpected digit after 0.", 1, 8),
        ("{ a(b: 1.) }", "Invalid number, expected digit.", 1, 10),
        ("{ a(b: -) }", "Invalid number, expected digit.", 1, 9),
        ("{ a(b: 1e) }", "Invalid number, expected digit.", 1, 10),
        ("{ a(b: 1x) }", "Unexpected character \"x\".", 1, 8),
        ("{ ..a }", "Unexpected character \".\".", 1, 3),
        ("{ a\u{1} }", "Unexpected control character.", 1, 4),
        ("fragment on on Book { id }", "Unexpected name \"on\".", 1, 13),
        ("type Book { id: ID }", "Unexpected name \"type\".", 1, 1),
        ("query ($a: Int = $b) { a }", "Unexpected \"$\".", 1, 18),
        ("query () { a }", "Expected \"$\", found \")\".", 1, 8),
        ("{ a() }", "Expected Name, found \")\".", 1, 5),
    ])
    func `a syntax error names its location`(
        _ document: String,
        _ message: String,
        _ line: Int,
        _ column: Int
    ) {
        let response = TestSchema.response(document)
        #expect(response.data == nil)
        let locations = [Location(line: line, column: column)]
        #expect(response.errors == [GraphQLError("Syntax Error: \(message)", at: locations)])
    }
}
