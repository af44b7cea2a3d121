import GraphQL
import Testing

/// The longest allowed requests, of kinds whose work could grow faster than their length. Without bounds, the worst
/// took ten seconds to minutes.
@Suite struct WorkTests {
    /// The longest accepted body.
    private static let long = 1 << 20
    /// More time than any request needs, even in a build with a sanitizer on a slow machine.
    private static let bound = Duration.seconds(8)

    private func time(_ query: String, _ variables: Value = .null, operation: String? = nil) -> Duration {
        let start = ContinuousClock.now
        _ = TestSchema.response(query, variables, operation: operation).json
        return start.duration(to: .now)
    }

    /// - Parameter length: by default a quarter of the longest body, so that the many cases do not delay other tests.
    private static func string(_ unit: String, _ length: Int = long / 4) -> String {
        String(repeating: unit, count: length / unit.utf8.count)
    }

    /// A letter with many combining marks: Swift compares and hashes such strings in quadratic time.
    private static let marks = "e" + string("\u{301}\u{327}", long)

    @Test func `a block string with a megabyte of lines is read in bounded time`() {
        #expect(time("{ echo(text: \"\"\"\(Self.string("\n", Self.long))\"\"\") }") < Self.bound)
    }

    @Test(arguments: [
        "\n", "\r\n", "\r", " \n", "\n\t", "a\n", "\n\u{301}", "\\\"\"\"", "\u{1F1E6}", "e\u{301}\u{327}",
    ])
    func `a block string is read in linear time`(_ unit: String) {
        #expect(time("{ echo(text: \"\"\"\(Self.string(unit))\"\"\") }") < Self.bound)
    }

    @Test(arguments: ["\\u0041", "\\ud83d\\ude00", "\\n", "a", "\u{1F1E6}", "e\u{301}\u{327}"])
    func `a string is read in linear time`(_ unit: String) {
        #expect(time("{ echo(text: \"\(Self.string(unit))\") }") < Self.bound)
        #expect(
            time("query ($a: String) { echo(text: $a) }", .object([.init("a", .string(Self.string(unit)))]))
                < Self.bound
        )
    }

    @Test(arguments: ["#\n", "#", ",", "\u{FEFF}", "1", "-", ".", "a", "_", "...", "@a", "\"\" ", "\\"])
    func `a document of one repeated token is read in linear time`(_ unit: String) {
        #expect(time(Self.string(unit)) < Self.bound)
        #expect(time("{ echo(any: [\(Self.string(unit))]) }") < Self.bound)
    }

    @Test(arguments: [
        "query ($a: Genre) { echo(genre: $a) }", "query ($a: ID!) { echo(id: $a) }",
        "query ($a: String!) { __type(name: $a) { name } }", "query ($a: Int) { echo(int: $a) }",
    ])
    func `combining marks in a variable take bounded time`(_ query: String) {
        #expect(time(query, .object([.init("a", .string(Self.marks))])) < Self.bound)
        #expect(time(query, .object([.init(Self.marks, .null), .init("a", .null)])) < Self.bound)
    }

    @Test func `combining marks in names take bounded time`() {
        let member = Value.object([.init(Self.marks, .null)])
        #expect(time("query ($a: Filter) { echo(filter: $a) }", .object([.init("a", member)])) < Self.bound)
        #expect(time("query ($a: JSON) { echo(any: $a) }", .object([.init("a", member)])) < Self.bound)
        #expect(time("query a { fails } query b { fails }", operation: Self.marks) < Self.bound)
    }

    @Test func `many values are matched with many variables in linear time`() {
        let names = (0..<1_000).map { "v\($0)" }
        let given = (0..<100_000).map { Value.Member("some_name_of_a_value_\($0)", .null) }
        let definitions = names.map { "$\($0):Int" }.joined(separator: " ")
        let uses = names.map { "\($0):echo(int:$\($0))" }.joined(separator: " ")
        #expect(time("query(\(definitions)){\(uses)}", .object(given)) < Self.bound)
    }

    @Test func `many operations share the limit of fields`() {
        let aliases = (0..<50).map { "a\($0):book(id:1){...f}" }.joined()
        let operations = (0..<20).map { "query q\($0){\(aliases)}" }.joined()
        let fields = (0..<600).map { "f\($0):title" }.joined(separator: " ")
        let document = "\(operations) fragment f on Book{\(fields)}"
        let start = ContinuousClock.now
        #expect(TestSchema.refusal(document) == ["The document asks for more fields; at most 100000 are allowed."])
        #expect(start.duration(to: .now) < Self.bound)
    }

    @Test func `many operations that spread many fragments are checked in bounded time`() {
        let operations = (0..<700).map { "query q\($0){...f0}" }.joined()
        let fragments = (0..<700).map { "fragment f\($0) on Query{...f\($0 + 1)}" }
        #expect(time("\(operations)\(fragments.joined()) fragment f700 on Query{fails}") < Self.bound)
        // The fragments do not form a chain, which would be too deep.
        let flat = (1...500).map { "fragment f\($0) on Query{fails}" }.joined()
        let all = (1...500).map { "...f\($0)" }.joined()
        #expect(time("\(operations) fragment f0 on Query{\(all)} \(flat)") < Self.bound)
    }

    @Test func `many operations that use many variables are checked in bounded time`() {
        let uses = String(repeating: "$v ", count: 3_500)
        let operations = (0..<500).map { "query q\($0)($v:JSON){...f}" }.joined()
        #expect(time("\(operations) fragment f on Query{echo(any:[\(uses)])}") < Self.bound)
        let undefined = (0..<3_500).map { "$v\($0)" }.joined()
        #expect(time("\(operations) fragment f on Query{echo(any:[\(undefined)])}") < Self.bound)
    }

    @Test func `long arguments in many fragments count like fields`() {
        let items = String(repeating: "1 ", count: 5_000)
        let aliases = (0..<900).map { "a\($0):node(id:1){...on Book{author{...f}}}" }.joined()
        #expect(time("{\(aliases)} fragment f on Person{id}") < Self.bound)
        let same = String(repeating: "...f ", count: 2_000) + String(repeating: "...g ", count: 2_000)
        let both = ["f", "g"].map { "fragment \($0) on Query{a:echo(any:[\(items.prefix(8_000))])}" }.joined()
        #expect(time("{\(same)}\(both)") < Self.bound)
        let fields = (0..<30).map { "a\($0):echo(any:[\(String(repeating: "1 ", count: 470))])" }.joined()
        var limits = Limits()
        limits.fields = 10_000
        let errors = TestSchema.response("{\(fields)}", limits: limits).errors.map(\.message)
        #expect(errors == ["The document asks for more fields; at most 10000 are allowed."])
    }

    @Test func `fields that merge are compared in bounded time`() {
        let many = String(repeating: "a:echo(int:1) ", count: 1_400)
        #expect(time("{\(many)}") < Self.bound)
        let nested = String(repeating: "x:book(id:1){author{books{id title}}}", count: 700)
        #expect(time("{\(nested)}") < Self.bound)
        let differing = (0..<1_400).map { "a:echo(int:\($0))" }.joined()
        #expect(time("{\(differing)}") < Self.bound)
    }

    @Test func `a long name is refused`() {
        let name = String(repeating: "a", count: 1_001)
        let expected = ["The document has a name of more characters; at most 1000 are allowed."]
        #expect(TestSchema.refusal("{ \(name) }") == expected)
        #expect(TestSchema.refusal("{ echo(any: $\(name)) }") == expected)
        #expect(TestSchema.refusal("{ \(name.dropLast()): fails }").isEmpty)
    }
}
