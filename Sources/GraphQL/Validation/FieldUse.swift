/// A field as it is selected of a type.
struct FieldUse {
    let parent: TypeDefinition
    let field: Selection.Field
    let definition: FieldDefinition

    /// Whether both ask for the same, in whatever order of arguments.
    func isSame(as other: FieldUse) -> Bool {
        // The same part of the document, by one fragment spread twice: its arguments may be long.
        if field.location == other.field.location { return true }
        return field.name == other.field.name && arguments == other.arguments
    }

    private var arguments: [String: Literal] {
        Dictionary(field.arguments.map { ($0.name, $0.value) }) { first, _ in first }
    }
}
