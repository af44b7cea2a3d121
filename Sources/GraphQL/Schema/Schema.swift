/// The types of a service, and the root types of its operations: §3.3.
package struct Schema: Sendable {
    let query: String
    let mutation: String?
    let types: [TypeDefinition]
    private let named: [String: TypeDefinition]

    /// - Parameters:
    ///   - query: the name of the root type for queries.
    ///   - mutation: the name of the root type for mutations.
    ///   - types: all types except the built-in scalars and the types of introspection.
    package init(query: String, mutation: String? = nil, types: [TypeDefinition]) {
        self.query = query
        self.mutation = mutation
        self.types = types + TypeDefinition.scalars + TypeDefinition.introspection
        named = Dictionary(self.types.map { ($0.name, $0) }) { first, _ in first }
    }

    func type(_ name: String) -> TypeDefinition? {
        named[name]
    }

    /// The root type for a kind of operation.
    func root(of kind: Operation.Kind) -> TypeDefinition? {
        switch kind {
        case .query: type(query)
        case .mutation: mutation.flatMap(type)
        case .subscription: nil
        }
    }

    /// The field `name` of `type`, or one of `__typename`, `__schema` and `__type`: §4.1, §4.2.
    func field(_ name: String, of type: TypeDefinition) -> FieldDefinition? {
        switch name {
        case "__typename": .typeName
        case "__schema" where type.name == query: .schema
        case "__type" where type.name == query: .type
        default: type.field(name)
        }
    }

    /// The names of the object types that a value of a composite type can have.
    func possibleTypes(of type: TypeDefinition) -> Set<String> {
        guard !type.isObject else { return [type.name] }
        return Set(types.filter { $0.implements(type.name) }.map(\.name))
    }
}

extension TypeDefinition {
    /// The built-in scalars: §3.5.
    static let scalars = ["Int", "Float", "String", "Boolean", "ID"].map { TypeDefinition($0, .scalar) }

    func implements(_ interface: String) -> Bool {
        if case .object(let interfaces, _) = kind { interfaces.contains(interface) } else { false }
    }
}

extension FieldDefinition {
    fileprivate static let typeName = FieldDefinition("__typename", "String!")
    fileprivate static let schema = FieldDefinition("__schema", "__Schema!")
    fileprivate static let type = FieldDefinition("__type", "__Type", arguments: [InputDefinition("name", "String!")])
}

/// A directive that a document may use: §3.13. A schema cannot add directives to those of the specification.
struct DirectiveDefinition: Sendable {
    enum Place: String, Sendable {
        case query = "QUERY"
        case mutation = "MUTATION"
        case subscription = "SUBSCRIPTION"
        case field = "FIELD"
        case fragmentDefinition = "FRAGMENT_DEFINITION"
        case fragmentSpread = "FRAGMENT_SPREAD"
        case inlineFragment = "INLINE_FRAGMENT"
        case variableDefinition = "VARIABLE_DEFINITION"
    }

    let name: String
    let description: String
    let places: [Place]
    let arguments: [InputDefinition]

    static let all = [
        DirectiveDefinition(
            name: "include",
            description: "Takes the field or fragment only when the argument is true.",
            places: [.field, .fragmentSpread, .inlineFragment],
            arguments: [InputDefinition("if", "Boolean!")]
        ),
        DirectiveDefinition(
            name: "skip",
            description: "Leaves the field or fragment out when the argument is true.",
            places: [.field, .fragmentSpread, .inlineFragment],
            arguments: [InputDefinition("if", "Boolean!")]
        ),
    ]
}
