/// What a client sends: operations, and the fragments that they share. §2.2
package struct Document: Sendable {
    let operations: [Operation]
    let fragments: [Fragment]
    private let named: [String: Fragment]

    /// - Throws: a syntax error.
    package init(_ source: String, limits: Limits = Limits()) throws(GraphQLError) {
        var parser = try Parser(source, limits: limits)
        self = try parser.document()
    }

    init(operations: [Operation], fragments: [Fragment]) {
        self.operations = operations
        self.fragments = fragments
        named = Dictionary(fragments.map { ($0.name, $0) }) { first, _ in first }
    }

    func fragment(_ name: String) -> Fragment? {
        named[name]
    }
}
