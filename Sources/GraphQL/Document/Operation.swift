/// One thing that a document asks for: §2.3.
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
