/// `$name: Type = default`
struct VariableDefinition: Sendable {
    let name: String
    let type: TypeReference
    let defaultValue: Literal?
    let directives: [Directive]
    let location: Location
}
