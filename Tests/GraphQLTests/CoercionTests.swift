import GraphQL
import Testing

@Suite struct CoercionTests {
    @Test(
        arguments: [
            ("int: -2147483648", #""int":-2147483648"#), ("float: 1", #""float":1.0"#),
            ("float: 1e-2", #""float":0.01"#),
            ("id: 12345678901234567890123", #""id":"12345678901234567890123""#), ("id: \"x\"", #""id":"x""#),
            ("flag: false", #""flag":false"#), ("genre: POEM", #""genre":"POEM""#), ("ints: [1, 2]", #""ints":[1,2]"#),
            ("ints: 1", #""ints":[1]"#), ("ints: null", #""ints":null"#),
            ("filter: {title: \"x\"}", #""filter":{"limit":10,"title":"x"}"#),
            (
                "filter: {title: \"x\", limit: null, genre: POEM}",
                #""filter":{"genre":"POEM","limit":null,"title":"x"}"#
            ),
            ("any: 9007199254740993", #""any":9007199254740993"#), ("any: 1e400", nil), ("any: {a: 1, a: 2}", nil),
            ("int: 2147483648", nil), ("int: 1.0", nil), ("int: \"1\"", nil), ("float: \"1\"", nil),
            ("float: 1e999", nil),
            ("text: 1", nil), ("text: POEM", nil), ("flag: 1", nil), ("id: 1.5", nil), ("genre: \"POEM\"", nil),
            ("genre: PROSE", nil), ("ints: [1, null]", nil), ("ints: [[1]]", nil), ("filter: {}", nil),
            ("filter: {title: null}", nil), ("filter: {title: \"x\", other: 1}", nil),
            ("filter: {title: \"x\", title: \"y\"}", nil), ("filter: \"x\"", nil), ("times: null", nil),
        ] as [(String, String?)]
    )
    func `a literal is converted to its type or refused`(_ argument: String, _ json: String?) {
        let answer = TestSchema.answer("{ echo(\(argument)) }")
        if let json {
            #expect(answer.contains(json), "\(answer)")
        } else {
            #expect(answer.hasPrefix(#"{"errors""#) && !answer.contains(#""data""#), "\(answer)")
        }
    }

    @Test(
        arguments: [
            ("Int", "int", .integer(7), #""int":7"#), ("Int", "int", .null, #""int":null"#),
            ("Float", "float", .integer(7), #""float":7.0"#), ("Float!", "float", .float(0.5), #""float":0.5"#),
            ("ID", "id", .integer(7), #""id":"7""#), ("Genre", "genre", .string("POEM"), #""genre":"POEM""#),
            ("[Int!]", "ints", .integer(7), #""ints":[7]"#),
            ("Filter", "filter", .object([.init("title", .string("x"))]), #""filter":{"limit":10,"title":"x"}"#),
            ("JSON", "any", .object([.init("a", .list([.float(1.5), .null]))]), #""any":{"a":[1.5,null]}"#),
            ("Int", "int", .string("7"), nil), ("Int", "int", .integer(1 << 40), nil), ("Int", "int", .float(1.5), nil),
            ("String", "text", .integer(7), nil), ("Boolean", "flag", .string("true"), nil),
            ("Int!", "int", .null, nil),
            ("Genre", "genre", .string("PROSE"), nil), ("[Int!]", "ints", .list([.null]), nil),
            ("Filter", "filter", .object([]), nil), ("JSON", "any", .float(.infinity), nil),
        ] as [(String, String, Value, String?)]
    )
    func `a variable is converted to its type or refused`(
        _ type: String,
        _ argument: String,
        _ value: Value,
        _ json: String?
    ) {
        let query = "query ($v: \(type)) { echo(\(argument): $v) }"
        let answer = TestSchema.answer(query, .object([.init("v", value)]))
        if let json {
            #expect(answer.contains(json), "\(answer)")
        } else {
            #expect(answer.contains(#"{"errors":[{"message":"Variable \"$v\":"#), "\(answer)")
        }
    }

    @Test(arguments: [
        ("query ($v: Int) { echo(int: $v) }", #"{"times":1}"#),
        ("query ($v: Int = 3) { echo(int: $v) }", #"{"int":3,"times":1}"#),
        ("query ($v: Int = 3) { echo(times: $v) }", #"{"times":3}"#),
        ("query ($v: Int) { echo(times: $v) }", #"{"times":1}"#),
        ("query ($v: [Int!] = 3) { echo(ints: $v) }", #"{"ints":[3],"times":1}"#),
        (
            "query ($v: Int) { echo(filter: {title: \"x\", limit: $v}) }",
            #"{"filter":{"limit":10,"title":"x"},"times":1}"#
        ),
        ("query ($v: Int) { echo(any: [$v, {a: $v}]) }", #"{"any":[null,{"a":null}],"times":1}"#),
        ("query ($v: Genre = POEM) { echo(genre: $v) }", #"{"genre":"POEM","times":1}"#),
    ])
    func `a missing variable leaves the default`(_ query: String, _ json: String) {
        #expect(TestSchema.answer(query) == #"{"data":{"echo":\#(json)}}"#)
    }

    @Test func `a required variable must be given`() {
        #expect(
            TestSchema.refusal("query ($v: Int!) { echo(int: $v) }")
                == ["Variable \"$v\": of required type \"Int!\" was not provided."]
        )
    }

    @Test func `a default does not replace an explicit null`() {
        let answer = TestSchema.answer("query ($v: Int = 3) { echo(times: $v) }", .object([.init("v", .null)]))
        #expect(answer.contains("must not be null"))
        #expect(answer.contains(#""data":{"echo":null}"#))
    }
}
