/// A field of an object or an interface.
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
