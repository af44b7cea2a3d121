/// A named type. There are no unions: no schema here has one.
package struct TypeDefinition: Sendable {
    package enum Kind: Sendable {
        case scalar
        case object(interfaces: [String], fields: [FieldDefinition])
        case interface(fields: [FieldDefinition])
        case enumeration(values: [String])
        case input(fields: [InputDefinition])
    }

    package let name: String
    package let description: String?
    package let kind: Kind

    package init(_ name: String, _ kind: Kind, description: String? = nil) {
        self.name = name
        self.description = description
        self.kind = kind
    }

    /// Its fields; nil when it has none that can be selected.
    var fields: [FieldDefinition]? {
        switch kind {
        case .object(_, let fields), .interface(let fields): fields
        default: nil
        }
    }

    var isObject: Bool {
        if case .object = kind { true } else { false }
    }

    /// Whether selections can be made of its values.
    var isComposite: Bool {
        fields != nil
    }

    /// Whether a variable may be of it.
    var isInput: Bool {
        switch kind {
        case .scalar, .enumeration, .input: true
        case .object, .interface: false
        }
    }

    func field(_ name: String) -> FieldDefinition? {
        fields?.first { $0.name == name }
    }
}
