extension Coercion {
    /// What a field or directive was given: §6.4.1.
    /// - Throws: why an argument cannot be taken.
    func values(of arguments: [Argument], as definitions: [InputDefinition]) throws(CoercionError) -> [String: Value] {
        var values: [String: Value] = [:]
        for definition in definitions {
            if let argument = arguments.first(where: { $0.name == definition.name }), !isAbsent(argument.value) {
                values[definition.name] = try value(of: argument.value, as: definition.type)
            } else if let value = definition.defaultValue {
                values[definition.name] = value
            } else if definition.isRequired {
                throw CoercionError(
                    "Argument \"\(definition.name)\" of required type \"\(definition.type)\" was not provided."
                )
            }
        }
        return values
    }

    /// Whether `@skip` and `@include` let a selection take part: §3.13.
    func includes(_ selection: Selection) throws(CoercionError) -> Bool {
        for directive in selection.directives {
            guard let definition = DirectiveDefinition.all.first(where: { $0.name == directive.name }) else { continue }
            let condition = try values(of: directive.arguments, as: definition.arguments)["if"]
            guard condition == .boolean(directive.name == "include") else { return false }
        }
        return true
    }
}
