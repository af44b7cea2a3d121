/// A value given to a field or a directive.
struct Argument: Sendable {
    let name: String
    let value: Literal
    let location: Location
}
