/// `fragment name on Type { … }`
struct Fragment: Sendable {
    let name: String
    let typeCondition: String
    let directives: [Directive]
    let selections: [Selection]
    let location: Location
}
