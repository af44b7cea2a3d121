extension Validator {
    /// §5.8, with the uses that were found in an operation and its fragments.
    mutating func checkVariables(of operation: Operation) {
        var definitions: [String: VariableDefinition] = [:]
        for definition in operation.variables {
            if definitions.updateValue(definition, forKey: definition.name) != nil {
                report("There can be only one variable named \"$\(definition.name)\".", at: definition.location)
            }
            checkDefinition(definition)
        }
        let used = Set(uses.map(\.name))
        for definition in operation.variables where !used.contains(definition.name) {
            report("Variable \"$\(definition.name)\" is never used.", at: definition.location)
        }
        for use in uses where !isFull {
            guard let definition = definitions[use.name] else {
                report("Variable \"$\(use.name)\" is not defined.", at: use.location)
                continue
            }
            guard !use.allows(definition), let type = use.type else { continue }
            report(
                "Variable \"$\(use.name)\" of type \"\(definition.type)\" used in position expecting type \"\(type)\".",
                at: use.location
            )
        }
    }

    private mutating func checkDefinition(_ definition: VariableDefinition) {
        checkDirectives(definition.directives, at: .variableDefinition)
        guard schema.type(definition.type.name)?.isInput ?? false else {
            report(
                "Variable \"$\(definition.name)\" cannot be of type \"\(definition.type)\".",
                at: definition.location
            )
            return
        }
        guard let literal = definition.defaultValue else { return }
        do throws(CoercionError) {
            _ = try Coercion(schema: schema, variables: [:]).value(of: literal, as: definition.type)
        } catch {
            report(error.reason, at: definition.location)
        }
    }
}
