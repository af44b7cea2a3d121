import GraphQL
import Testing

@Suite struct ValidationTests {
    @Test(arguments: [
        ("{ nothing }", "Cannot query field \"nothing\" on type \"Query\"."),
        ("{ book(id: 1) { pages } }", "Cannot query field \"pages\" on type \"Book\"."),
        ("{ node(id: 1) { title } }", "Cannot query field \"title\" on type \"Node\"."),
        ("{ book(id: 1) { __schema { description } } }", "Cannot query field \"__schema\" on type \"Book\"."),
        ("{ book(id: 1) }", "Field \"book\" of type \"Book\" must have a selection of subfields."),
        ("{ fails { x } }", "Field \"fails\" must not have a selection since type \"String\" has no subfields."),
        ("{ book { id } }", "Argument \"id\" of type \"ID!\" is required on field \"Query.book\"."),
        ("{ book(id: 1, no: 2) { id } }", "Unknown argument \"no\" on field \"Query.book\"."),
        ("{ book(id: 1, id: 2) { id } }", "There can be only one argument named \"id\"."),
        ("{ book(id: null) { id } }", "Expected value of type \"ID!\", found null."),
        ("{ fails @unknown }", "Unknown directive \"@unknown\"."),
        ("{ fails @skip }", "Argument \"if\" of type \"Boolean!\" is required on directive \"@skip\"."),
        ("{ fails @skip(if: 1) }", "Value 1 cannot represent Boolean."),
        ("{ fails @skip(if: true) @skip(if: true) }", "The directive \"@skip\" can only be used once here."),
        ("query @skip(if: true) { fails }", "Directive \"@skip\" may not be used on QUERY."),
        (
            "query ($a: Int @skip(if: true)) { echo(int: $a) }",
            "Directive \"@skip\" may not be used on VARIABLE_DEFINITION."
        ),
        ("{ fails } { fails }", "This anonymous operation must be the only defined operation."),
        ("query A { fails } query A { fails }", "There can be only one operation named \"A\"."),
        ("subscription { fails }", "Schema is not configured to execute subscription operation."),
        (
            "{ ...a } fragment a on Query { fails } fragment a on Query { fails }",
            "There can be only one fragment named \"a\"."
        ),
        ("{ ...a }", "Unknown fragment \"a\"."),
        ("{ fails } fragment a on Query { fails }", "Fragment \"a\" is never used."),
        ("{ ...a } fragment a on Nothing { fails }", "Unknown type \"Nothing\"."),
        ("{ ... on Genre { fails } }", "Fragment cannot condition on non composite type \"Genre\"."),
        ("{ ... on Book { id } }", "A \"Query\" can never be a \"Book\"."),
        ("{ ...a } fragment a on Book { id }", "A \"Query\" can never be a \"Book\"."),
        (
            "{ ...a } fragment a on Query { ...b } fragment b on Query { ... { ...a } }",
            "Cannot spread fragment \"a\" within itself."
        ),
        ("query ($a: Int, $a: Int) { echo(int: $a) }", "There can be only one variable named \"$a\"."),
        ("query ($a: Book) { echo(int: $a) }", "Variable \"$a\" cannot be of type \"Book\"."),
        ("query ($a: Nothing) { echo(any: $a) }", "Variable \"$a\" cannot be of type \"Nothing\"."),
        ("query ($a: Int = \"x\") { echo(int: $a) }", "Value \"x\" cannot represent Int."),
        ("query ($a: Int) { fails }", "Variable \"$a\" is never used."),
        ("{ echo(int: $a) }", "Variable \"$a\" is not defined."),
        ("{ ...f } fragment f on Query { echo(any: {a: [$a]}) }", "Variable \"$a\" is not defined."),
        (
            "query ($a: String) { echo(int: $a) }",
            "Variable \"$a\" of type \"String\" used in position expecting type \"Int\"."
        ),
        (
            "query ($a: ID) { book(id: $a) { id } }",
            "Variable \"$a\" of type \"ID\" used in position expecting type \"ID!\"."
        ),
        (
            "query ($a: [Int]) { echo(ints: $a) }",
            "Variable \"$a\" of type \"[Int]\" used in position expecting type \"[Int!]\"."
        ),
        (
            "query ($a: Int) { echo(ints: [$a]) }",
            "Variable \"$a\" of type \"Int\" used in position expecting type \"Int!\"."
        ),
        (
            "query ($a: Int) { echo(filter: {title: \"x\", genre: $a}) }",
            "Variable \"$a\" of type \"Int\" used in position expecting type \"Genre\"."
        ),
    ])
    func `a document that breaks the schema is refused before execution`(_ document: String, _ message: String) {
        #expect(TestSchema.refusal(document).contains(message), "\(TestSchema.refusal(document))")
    }

    @Test(arguments: [
        "{ a: fails a: __typename }", "{ a: echo(int: 1) a: echo(int: 2) }", "{ a: echo(int: 1) a: echo }",
        "{ book(id: 1) { author { a: name } author { a: id } } }",
        "{ ...f a: fails } fragment f on Query { a: __typename }",
        "{ node(id: 1) { ... on Book { a: id } ... on Person { a: name } } }",
        "{ node(id: 1) { ... on Book { a: author { b: id } } ... on Person { a: books { id } } } }",
        "{ node(id: 1) { id: __typename ... on Book { id } } }",
    ])
    func `conflicting fields with one name are refused`(_ document: String) {
        #expect(TestSchema.refusal(document).first?.contains("conflict because") ?? false)
    }

    @Test(arguments: [
        "{ echo(int: 1, flag: true) echo(flag: true, int: 1) }",
        "{ node(id: 1) { ... on Book { a: title } ... on Person { a: id } } }".replacing("a: id", with: "b: id"),
        "{ node(id: 1) { ... on Book { a: id } ... on Person { a: id } } }",
        "{ node(id: 1) { ... on Book { x: author { y: name } } ... on Person { z: books { y: id } } } }",
        "query ($a: [Int!]!) { echo(ints: $a) b: echo(ints: $a) }",
    ])
    func `compatible fields with one name are allowed`(_ document: String) {
        #expect(TestSchema.refusal(document, .object([.init("a", .list([]))])) == [])
    }

    @Test func `an error names its location`() {
        let response = TestSchema.response("{\n  fails\n  nothing\n}")
        #expect(response.errors.first?.locations == [Location(line: 3, column: 3)])
        #expect(response.errors.first?.path == nil)
    }
}
