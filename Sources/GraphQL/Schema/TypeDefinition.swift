/// A named type. There are no unions, because no schema of this service has one.
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

    /// The fields of an object type or an interface; nil for all other types.
    var fields: [FieldDefinition]? {
        switch kind {
        case .object(_, let fields), .interface(let fields): fields
        default: nil
        }
    }

    var isObject: Bool {
        if case .object = kind { true } else { false }
    }

    /// Whether a document can select fields of its values.
    var isComposite: Bool {
        fields != nil
    }

    /// Whether variables and arguments can have this type.
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

/// A field of an object type or an interface.
package struct FieldDefinition: Sendable {
    package let name: String
    package let description: String?
    package let arguments: [InputDefinition]
    package let type: TypeReference

    package init(
        _ name: String,
        _ type: TypeReference,
        arguments: [InputDefinition] = [],
        description: String? = nil
    ) {
        self.name = name
        self.description = description
        self.arguments = arguments
        self.type = type
    }
}

/// An argument, or a field of an input object.
package struct InputDefinition: Sendable {
    package let name: String
    package let description: String?
    package let type: TypeReference
    package let defaultValue: Value?

    package init(_ name: String, _ type: TypeReference, defaultValue: Value? = nil, description: String? = nil) {
        self.name = name
        self.description = description
        self.type = type
        self.defaultValue = defaultValue
    }

    /// Whether a document must give a value.
    var isRequired: Bool {
        type.isNonNull && defaultValue == nil
    }
}

/// A type reference: §2.11.
package indirect enum TypeReference: Hashable, Sendable {
    case named(String)
    case list(TypeReference)
    case nonNull(TypeReference)

    /// The name of the type inside lists and non-null types.
    var name: String {
        switch self {
        case .named(let name): name
        case .list(let item), .nonNull(let item): item.name
        }
    }

    var isNonNull: Bool {
        if case .nonNull = self { true } else { false }
    }

    /// The type without non-null.
    var nullable: TypeReference {
        if case .nonNull(let type) = self { type } else { self }
    }

    /// Whether a variable of this type may stand where the type `other` is expected: §5.8.5, AreTypesCompatible().
    func fits(_ other: TypeReference) -> Bool {
        switch (self, other) {
        case (.nonNull(let own), .nonNull(let other)): own.fits(other)
        case (.nonNull(let own), _): own.fits(other)
        case (.list(let own), .list(let other)): own.fits(other)
        case (.named(let own), .named(let other)): own == other
        default: false
        }
    }
}

extension TypeReference: CustomStringConvertible {
    package var description: String {
        switch self {
        case .named(let name): name
        case .list(let item): "[\(item)]"
        case .nonNull(let type): "\(type)!"
        }
    }
}

extension TypeReference: ExpressibleByStringLiteral {
    /// Parses a type in the notation of documents, such as `"[User!]!"`.
    package init(stringLiteral text: String) {
        if text.hasSuffix("!") {
            self = .nonNull(TypeReference(stringLiteral: String(text.dropLast())))
        } else if text.hasPrefix("["), text.hasSuffix("]") {
            self = .list(TypeReference(stringLiteral: String(text.dropFirst().dropLast())))
        } else {
            self = .named(text)
        }
    }
}
