/// A value as a document writes it: §2.9. Numbers stay text until the type that they are of is known.
package indirect enum Literal: Equatable, Sendable {
    case variable(String)
    case integer(String)
    case float(String)
    case string(String)
    case boolean(Bool)
    case null
    case enumeration(String)
    case list([Literal])
    case object([Member])

    /// A field of an input object.
    package struct Member: Equatable, Sendable {
        let name: String
        let value: Literal
    }

    /// The number of values in it, with those in its lists and objects.
    var nestedCount: Int {
        switch self {
        case .list(let items): items.reduce(items.count) { $0 + $1.nestedCount }
        case .object(let members): members.reduce(members.count) { $0 + $1.value.nestedCount }
        default: 0
        }
    }

    /// The variables that it names.
    var variables: [String] {
        switch self {
        case .variable(let name): [name]
        case .list(let items): items.flatMap(\.variables)
        case .object(let members): members.flatMap(\.value.variables)
        default: []
        }
    }
}

extension Literal {
    /// A value that came as JSON, as a document would write it.
    init(_ value: Value) {
        switch value {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer("\(value)")
        case .float(let value): self = .float("\(value)")
        case .string(let value): self = .string(value)
        case .enumeration(let name): self = .enumeration(name)
        case .list(let items): self = .list(items.map(Literal.init))
        case .object(let members): self = .object(members.map { Member(name: $0.name, value: Literal($0.value)) })
        }
    }
}
