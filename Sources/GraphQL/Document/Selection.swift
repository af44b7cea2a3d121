/// One entry of a selection set: §2.4.
indirect enum Selection: Sendable {
    case field(Field)
    case spread(FragmentSpread)
    case inline(InlineFragment)

    /// A field that is asked for, and what is wanted of its value.
    struct Field: Sendable {
        let alias: String?
        let name: String
        let arguments: [Argument]
        let directives: [Directive]
        let selections: [Selection]
        let location: Location

        /// The name of its value in the response.
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
