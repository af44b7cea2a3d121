extension Coercion {
    /// What an operation's variables stand for: §6.1.2.
    /// - Parameter given: what the client sent, an object or null.
    /// - Throws: why a value cannot be taken.
    static func variables(
        _ definitions: [VariableDefinition],
        given: Value,
        schema: Schema
    ) throws(GraphQLError) -> [String: Value] {
        let coercion = Coercion(schema: schema, variables: [:], isJSON: true)
        let defaults = Coercion(schema: schema, variables: [:])
        let given = members(of: given)
        var values: [String: Value] = [:]
        for definition in definitions {
            do throws(CoercionError) {
                if let value = given[definition.name] {
                    values[definition.name] = try coercion.value(of: Literal(value), as: definition.type)
                } else if let literal = definition.defaultValue {
                    values[definition.name] = try defaults.value(of: literal, as: definition.type)
                } else if definition.type.isNonNull {
                    throw CoercionError("of required type \"\(definition.type)\" was not provided.")
                }
            } catch {
                throw GraphQLError("Variable \"$\(definition.name)\": \(error.reason)", at: [definition.location])
            }
        }
        return values
    }

    /// What was given, by name. Names of a document are ASCII, so that others are of no variable; they are not hashed, which
    /// takes long where marks combine.
    private static func members(of given: Value) -> [String: Value] {
        guard case .object(let members) = given else { return [:] }
        let named = members.lazy.filter { $0.name.utf8.allSatisfy { $0 < 0x80 } }.map { ($0.name, $0.value) }
        return Dictionary(named) { first, _ in first }
    }
}
