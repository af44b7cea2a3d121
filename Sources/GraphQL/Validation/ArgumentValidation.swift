extension Validator {
    /// Checks arguments and their values: §5.4, §5.6.
    mutating func checkArguments(
        _ arguments: [Argument],
        definitions: [InputDefinition],
        of owner: String,
        at location: Location
    ) {
        var names: Set<String> = []
        for argument in arguments {
            guard names.insert(argument.name).inserted else {
                report("There can be only one argument named \"\(argument.name)\".", at: argument.location)
                continue
            }
            guard let definition = definitions.first(where: { $0.name == argument.name }) else {
                report("Unknown argument \"\(argument.name)\" on \(owner).", at: argument.location)
                continue
            }
            checkValue(argument.value, of: definition, at: argument.location)
        }
        for definition in definitions where definition.isRequired && !names.contains(definition.name) {
            report(
                "Argument \"\(definition.name)\" of type \"\(definition.type)\" is required on \(owner).",
                at: location
            )
        }
    }

    /// Checks directives: §5.7.
    mutating func checkDirectives(_ directives: [Directive], at place: DirectiveDefinition.Place) {
        var names: Set<String> = []
        for directive in directives {
            guard let definition = DirectiveDefinition.all.first(where: { $0.name == directive.name }) else {
                report("Unknown directive \"@\(directive.name)\".", at: directive.location)
                continue
            }
            if !definition.places.contains(place) {
                report("Directive \"@\(directive.name)\" may not be used on \(place.rawValue).", at: directive.location)
            }
            if !names.insert(directive.name).inserted {
                report("The directive \"@\(directive.name)\" can only be used once here.", at: directive.location)
            }
            checkArguments(
                directive.arguments,
                definitions: definition.arguments,
                of: "directive \"@\(directive.name)\"",
                at: directive.location
            )
        }
    }

    private mutating func checkValue(_ literal: Literal, of definition: InputDefinition, at location: Location) {
        noteVariables(in: literal, of: definition.type, hasDefault: definition.defaultValue != nil, at: location)
        do throws(CoercionError) {
            _ = try Coercion(schema: schema, variables: nil).value(of: literal, as: definition.type)
        } catch {
            report(error.reason, at: location)
        }
    }

    private mutating func noteVariables(
        in literal: Literal,
        of type: TypeReference,
        hasDefault: Bool,
        at location: Location
    ) {
        switch (literal, type.nullable) {
        case (.variable(let name), _):
            uses.append(VariableUse(name: name, type: type, hasDefault: hasDefault, location: location))
        case (.list(let items), .list(let item)):
            for literal in items { noteVariables(in: literal, of: item, hasDefault: false, at: location) }
        case (_, .list(let item)):
            noteVariables(in: literal, of: item, hasDefault: false, at: location)
        case (.object(let members), .named(let name)):
            guard case .input(let fields) = schema.type(name)?.kind else { fallthrough }
            for member in members {
                guard let field = fields.first(where: { $0.name == member.name }) else { continue }
                let hasDefault = field.defaultValue != nil
                noteVariables(in: member.value, of: field.type, hasDefault: hasDefault, at: location)
            }
        default:
            uses += literal.variables.map { VariableUse(name: $0, type: nil, hasDefault: false, location: location) }
        }
    }
}

extension Validator {
    /// Checks the variables of an operation: §5.8. `uses` contains the uses in the operation and in its fragments.
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

/// A place where a variable is used. Two uses are equal if all properties except `location` are equal.
struct VariableUse: Hashable {
    let name: String
    /// The expected type; nil inside a custom scalar.
    let type: TypeReference?
    /// Whether the place has a default value for a variable without a value.
    let hasDefault: Bool
    let location: Location

    static func == (one: VariableUse, other: VariableUse) -> Bool {
        one.name == other.name && one.type == other.type && one.hasDefault == other.hasDefault
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(type)
        hasher.combine(hasDefault)
    }

    /// §5.8.5, IsVariableUsageAllowed().
    func allows(_ definition: VariableDefinition) -> Bool {
        guard let type else { return true }
        guard type.isNonNull, !definition.type.isNonNull else { return definition.type.fits(type) }
        let isNeverNull = definition.defaultValue.map { $0 != .null } ?? false
        return (isNeverNull || hasDefault) && definition.type.fits(type.nullable)
    }
}
