import GraphQL
import Testing

@Suite struct ExecutionTests {
    @Test(arguments: [
        ("{ book(id: 1) { b: title id a: title } }", #"{"data":{"book":{"b":"One","id":"1","a":"One"}}}"#),
        ("{ book(id: \"0\") { title } }", #"{"data":{"book":null}}"#),
        (
            "{ books { title genre __typename } }",
            #"{"data":{"books":[{"title":"One","genre":"NOVEL","__typename":"Book"},"#
                + #"{"title":"Two","genre":"NOVEL","__typename":"Book"}]}}"#
        ),
        (
            "{ book(id: 1) { author { name } author { id } } }",
            #"{"data":{"book":{"author":{"name":"Ann \"Ó\"\n\u0001","id":"2"}}}}"#
        ),
        (
            "{ node(id: 1) { id ... on Book { title } ... on Person { name } ... { __typename } } }",
            #"{"data":{"node":{"id":"1","title":"One","__typename":"Book"}}}"#
        ),
        (
            "{ book(id: 1) { ...a ...a } } fragment a on Node { id ...b } fragment b on Book { title }",
            #"{"data":{"book":{"id":"1","title":"One"}}}"#
        ),
        ("mutation { rename(title: \"New\") { title } }", #"{"data":{"rename":{"title":"New"}}}"#),
    ])
    func `the answer has the selected fields in their order`(_ query: String, _ answer: String) {
        #expect(TestSchema.answer(query) == answer)
    }

    @Test(arguments: [
        ("@include(if: true)", true), ("@include(if: false)", false), ("@skip(if: true)", false),
        ("@skip(if: $no) @include(if: $yes)", true), ("@skip(if: $yes) @include(if: $yes)", false),
        ("@include(if: $left_out)", true),
    ])
    func `directives include and skip selections`(_ directives: String, _ isThere: Bool) {
        let head = "query ($yes: Boolean!, $no: Boolean!, $left_out: Boolean = true)"
        let all = "yes: echo(flag: $yes) no: echo(flag: $no) left: echo(flag: $left_out)"
        let variables = Value.object([.init("yes", .boolean(true)), .init("no", .boolean(false))])
        for selection in ["it: __typename \(directives)", "... \(directives) { it: __typename }", "...f \(directives)"]
        {
            let fragment = selection.hasPrefix("...f") ? " fragment f on Query { it: __typename }" : ""
            let response = TestSchema.response("\(head) { \(all) \(selection) }\(fragment)", variables)
            #expect(response.errors == [])
            #expect((response.data?["it"] != nil) == isThere, "\(selection)")
        }
    }

    @Test func `a document with several operations needs an operation name`() {
        let document = "query A { a: __typename } query B { b: __typename }"
        #expect(TestSchema.answer(document, operation: "B") == #"{"data":{"b":"Query"}}"#)
        #expect(TestSchema.refusal(document) == ["Must provide operation name if query contains multiple operations."])
        #expect(
            TestSchema.response(document, operation: "C").errors.map(\.message) == ["Unknown operation named \"C\"."]
        )
        #expect(TestSchema.refusal("fragment a on Book { id }").contains("Fragment \"a\" is never used."))
    }

    @Test func `a failed field is null, and its error has a location and a message`() {
        #expect(
            TestSchema.answer("{ __typename fails }")
                == #"{"errors":[{"message":"no","locations":[{"line":1,"column":14}],"path":["fails"],"#
                + #""extensions":{"code":"NO"}}],"data":{"__typename":"Query","fails":null}}"#
        )
    }

    @Test func `an internal error is hidden from the client`() {
        let response = TestSchema.response("{ mustNotFail }")
        #expect(response.data == .null)
        #expect(response.errors.map(\.message) == ["unexpected error"])
        #expect(response.unexpected.count == 1)
        #expect(response.unexpected.first is Root.Secret)
    }

    @Test func `a forbidden null replaces the nearest nullable parent`() {
        let message = "Cannot return null for non-nullable field \\\"broken\\\"."
        let place = #""locations":[{"line":1,"column":17}]"#
        #expect(
            TestSchema.answer("{ books { title broken } }")
                == #"{"errors":[{"message":"\#(message)",\#(place),"path":["books",1,"broken"]}],"#
                + #""data":{"books":[{"title":"One","broken":"whole"},null]}}"#
        )
        // A person's books and their list must not be null; the author may be null.
        let response = TestSchema.response("{ book(id: 1) { author { books { broken } } } }")
        #expect(response.data?["book"]?["author"] == .null)
        #expect(response.errors.count == 1)
        #expect(response.errors.first?.path?.count == 5)
    }

    @Test func `a request reports its kind and its number of root fields`() throws {
        let rename = "rename(title: \"\") { id }"
        let query = "mutation { ...a b: \(rename) \(rename) } fragment a on Mutation { b: \(rename) c: \(rename) }"
        let request = try ExecutableRequest(Request(query: query), schema: TestSchema.schema)
        #expect(request.isMutation)
        #expect(try request.rootFieldCount == 3)
        #expect(try !ExecutableRequest(Request(query: "{ fails }"), schema: TestSchema.schema).isMutation)
    }
}
