/// Converts literals of a document, or values of a client, to values of a type: §3.5 to §3.12, "Input Coercion".
struct Coercion {
    let schema: Schema
    /// The values of the variables; nil during validation, which accepts a variable for every type.
    let variables: [String: Value]?
    /// Whether literals come from JSON, where strings name enumeration values.
    var isJSON = false

    /// - Throws: `CoercionError` if `literal` is not a value of `type`.
    func value(of literal: Literal, as type: TypeReference) throws(CoercionError) -> Value {
        switch (literal, type) {
        case (.variable(let name), _):
            guard let variables else { return .null }
            let value = variables[name] ?? .null
            guard value != .null || !type.isNonNull else {
                throw CoercionError("Variable \"$\(name)\" must not be null.")
            }
            return value
        case (.null, .nonNull):
            throw CoercionError("Expected value of type \"\(type)\", found null.")
        case (_, .nonNull(let type)):
            return try value(of: literal, as: type)
        case (.null, _):
            return .null
        case (.list(let items), .list(let item)):
            return .list(try items.map { literal throws(CoercionError) in try value(of: literal, as: item) })
        case (_, .list(let item)):
            return .list([try value(of: literal, as: item)])
        case (_, .named(let name)):
            return try value(of: literal, named: name)
        }
    }

    /// Whether `literal` is a variable without a value.
    func isAbsent(_ literal: Literal) -> Bool {
        guard case .variable(let name) = literal, let variables else { return false }
        return variables[name] == nil
    }

    private func value(of literal: Literal, named name: String) throws(CoercionError) -> Value {
        switch schema.type(name)?.kind {
        case .scalar:
            guard let value = try scalar(literal, named: name) else { throw .mismatch(literal, name) }
            return value
        case .enumeration(let values):
            guard let name = enumeration(literal), let value = values.first(where: { name.isSame(as: $0) }) else {
                throw .mismatch(literal, name)
            }
            return .enumeration(value)
        case .input(let fields):
            guard case .object(let members) = literal else { throw .mismatch(literal, name) }
            return try object(members, fields: fields, named: name)
        case .object, .interface, nil:
            throw CoercionError("\"\(name)\" is not an input type.")
        }
    }

    private func scalar(_ literal: Literal, named name: String) throws(CoercionError) -> Value? {
        switch (name, literal) {
        case ("Int", .integer(let text)): Int32(text).map { .integer(Int64($0)) }
        case ("Float", .integer(let text)), ("Float", .float(let text)): Self.finite(text).map(Value.float)
        case ("String", .string(let text)), ("ID", .string(let text)), ("ID", .integer(let text)): .string(text)
        case ("Boolean", .boolean(let value)): .boolean(value)
        case ("Int", _), ("Float", _), ("String", _), ("ID", _), ("Boolean", _): nil
        default: try untyped(literal)
        }
    }

    /// The value of a custom scalar, which only the service can check.
    private func untyped(_ literal: Literal) throws(CoercionError) -> Value {
        switch literal {
        case .variable(let name): return variables?[name] ?? .null
        case .integer(let text):
            if let integer = Int64(text) { return .integer(integer) }
            return try untyped(.float(text))
        case .float(let text):
            guard let number = Self.finite(text) else { throw CoercionError("The number \(text) is too large.") }
            return .float(number)
        case .string(let text): return .string(text)
        case .boolean(let value): return .boolean(value)
        case .null: return .null
        case .enumeration(let name): return .enumeration(name)
        case .list(let items):
            return .list(try items.map { literal throws(CoercionError) in try untyped(literal) })
        case .object(let members):
            try checkUnique(members)
            return .object(
                try members.map { member throws(CoercionError) in
                    Value.Member(member.name, try untyped(member.value))
                }
            )
        }
    }

    private func enumeration(_ literal: Literal) -> String? {
        switch literal {
        case .enumeration(let name): name
        case .string(let name) where isJSON: name
        default: nil
        }
    }

    private func object(
        _ members: [Literal.Member],
        fields: [InputDefinition],
        named name: String
    ) throws(CoercionError) -> Value {
        try checkUnique(members)
        if let unknown = members.first(where: { member in !fields.contains { member.name.isSame(as: $0.name) } }) {
            throw CoercionError("Field \"\(unknown.name)\" is not defined by type \"\(name)\".")
        }
        var result: [Value.Member] = []
        for field in fields {
            if let member = members.first(where: { $0.name.isSame(as: field.name) }), !isAbsent(member.value) {
                result.append(.init(field.name, try value(of: member.value, as: field.type)))
            } else if let value = field.defaultValue {
                result.append(.init(field.name, value))
            } else if field.isRequired {
                throw CoercionError(
                    "Field \"\(name).\(field.name)\" of required type \"\(field.type)\" was not provided."
                )
            }
        }
        return .object(result)
    }

    private func checkUnique(_ members: [Literal.Member]) throws(CoercionError) {
        var names: Set<[UInt8]> = []
        for member in members where !names.insert(Array(member.name.utf8)).inserted {
            throw CoercionError("There can be only one input field named \"\(member.name)\".")
        }
    }

    private static func finite(_ text: String) -> Double? {
        guard let number = Double(text), number.isFinite else { return nil }
        return number
    }
}

extension String {
    /// Whether both strings have the same bytes. JSON may contain thousands of combining marks; `==` takes quadratic
    /// time for them.
    func isSame(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}

/// Why a value cannot be coerced.
struct CoercionError: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }

    static func mismatch(_ literal: Literal, _ type: String) -> CoercionError {
        CoercionError("Value \(literal.notation) cannot represent \(type).")
    }
}

extension Literal {
    /// The text that an error quotes.
    fileprivate var notation: String {
        switch self {
        case .variable(let name): "$\(name)"
        case .integer(let text), .float(let text), .enumeration(let text): text
        case .string(let text): "\"\(text.prefix(100))\""
        case .boolean(let value): "\(value)"
        case .null: "null"
        case .list: "[…]"
        case .object: "{…}"
        }
    }
}

extension Coercion {
    /// Coerces the arguments of a field or a directive: §6.4.1.
    /// - Throws: `CoercionError` if an argument does not fit its type, or a required one is missing.
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

    /// Whether `@skip` and `@include` leave a selection in the operation: §3.13.
    func includes(_ selection: Selection) throws(CoercionError) -> Bool {
        for directive in selection.directives {
            guard let definition = DirectiveDefinition.all.first(where: { $0.name == directive.name }) else { continue }
            let condition = try values(of: directive.arguments, as: definition.arguments)["if"]
            guard condition == .boolean(directive.name == "include") else { return false }
        }
        return true
    }
}

extension Coercion {
    /// Coerces the variables of an operation: §6.1.2.
    /// - Parameter given: the variables of the request, an object or null.
    /// - Throws: `GraphQLError` if a value does not fit its type, or a required one is missing.
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

    /// The given values by name. Names with bytes outside of ASCII are dropped: no variable can have such a name, and
    /// hashing combining marks takes long.
    private static func members(of given: Value) -> [String: Value] {
        guard case .object(let members) = given else { return [:] }
        let named = members.lazy.filter { $0.name.utf8.allSatisfy { $0 < 0x80 } }.map { ($0.name, $0.value) }
        return Dictionary(named) { first, _ in first }
    }
}
