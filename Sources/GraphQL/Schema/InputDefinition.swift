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

    /// Whether it must be given.
    var isRequired: Bool {
        type.isNonNull && defaultValue == nil
    }
}
