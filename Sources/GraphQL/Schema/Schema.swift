/// What can be asked for: §3.3.
package struct Schema: Sendable {
    let query: String
    let mutation: String?
    let types: [TypeDefinition]
    private let named: [String: TypeDefinition]

    /// - Parameters:
    ///   - query: the name of the object type where queries begin.
    ///   - mutation: the one where mutations begin.
    ///   - types: all but the specification's own.
    package init(query: String, mutation: String? = nil, types: [TypeDefinition]) {
        self.query = query
        self.mutation = mutation
        self.types = types + TypeDefinition.scalars + TypeDefinition.introspection
        named = Dictionary(self.types.map { ($0.name, $0) }) { first, _ in first }
    }

    func type(_ name: String) -> TypeDefinition? {
        named[name]
    }

    /// The type where operations of a kind begin.
    func root(of kind: Operation.Kind) -> TypeDefinition? {
        switch kind {
        case .query: type(query)
        case .mutation: mutation.flatMap(type)
        case .subscription: nil
        }
    }

    /// The field `name` of `type`, those included that every type or every query has: §4.1, §4.2.
    func field(_ name: String, of type: TypeDefinition) -> FieldDefinition? {
        switch name {
        case "__typename": .typeName
        case "__schema" where type.name == query: .schema
        case "__type" where type.name == query: .type
        default: type.field(name)
        }
    }

    /// The object types that a value of a composite type can be of.
    func possibleTypes(of type: TypeDefinition) -> Set<String> {
        guard !type.isObject else { return [type.name] }
        return Set(types.filter { $0.implements(type.name) }.map(\.name))
    }
}

extension TypeDefinition {
    /// §3.5
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
