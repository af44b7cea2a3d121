/// A directive that a document may use: §3.13. A schema adds none to those of the specification.
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
