/// What a document says about one of its parts: `@include(if: $wanted)`.
struct Directive: Sendable {
    let name: String
    let arguments: [Argument]
    let location: Location
}
