/// An executable document: operations, and the fragments that they share: §2.2.
package struct Document: Sendable {
    let operations: [Operation]
    let fragments: [Fragment]
    private let named: [String: Fragment]

    /// - Throws: `GraphQLError` if `source` has a syntax error or exceeds a limit.
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

/// An operation of a document: §2.3.
struct Operation: Sendable {
    enum Kind: String, Sendable {
        case query, mutation, subscription
    }

    let kind: Kind
    let name: String?
    let variables: [VariableDefinition]
    let directives: [Directive]
    let selections: [Selection]
    let location: Location
}

/// `$name: Type = default`
struct VariableDefinition: Sendable {
    let name: String
    let type: TypeReference
    let defaultValue: Literal?
    let directives: [Directive]
    let location: Location
}

/// `fragment name on Type { … }`
struct Fragment: Sendable {
    let name: String
    let typeCondition: String
    let directives: [Directive]
    let selections: [Selection]
    let location: Location
}

/// A selection of a selection set: §2.4.
indirect enum Selection: Sendable {
    case field(Field)
    case spread(FragmentSpread)
    case inline(InlineFragment)

    /// A selected field, with the selections on its value.
    struct Field: Sendable {
        let alias: String?
        let name: String
        let arguments: [Argument]
        let directives: [Directive]
        let selections: [Selection]
        let location: Location

        /// The response key of the field.
        var responseName: String {
            alias ?? name
        }
    }

    /// `...name`
    struct FragmentSpread: Sendable {
        let name: String
        let directives: [Directive]
        let location: Location
    }

    /// `... on Type { … }`
    struct InlineFragment: Sendable {
        let typeCondition: String?
        let directives: [Directive]
        let selections: [Selection]
        let location: Location
    }

    var directives: [Directive] {
        switch self {
        case .field(let field): field.directives
        case .spread(let spread): spread.directives
        case .inline(let fragment): fragment.directives
        }
    }

    var location: Location {
        switch self {
        case .field(let field): field.location
        case .spread(let spread): spread.location
        case .inline(let fragment): fragment.location
        }
    }
}

/// An argument of a field or a directive.
struct Argument: Sendable {
    let name: String
    let value: Literal
    let location: Location
}

/// A directive on a part of a document: `@include(if: $wanted)`.
struct Directive: Sendable {
    let name: String
    let arguments: [Argument]
    let location: Location
}

/// A position in a document. Line and column count from 1.
package struct Location: Hashable, Sendable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
