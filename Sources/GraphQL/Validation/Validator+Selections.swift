extension Validator {
    /// §5.3, §5.5
    mutating func checkSelections(_ selections: [Selection], of type: TypeDefinition) {
        for selection in selections {
            switch selection {
            case .field(let field): checkField(field, of: type)
            case .spread(let spread): checkSpread(spread, in: type)
            case .inline(let fragment): checkInline(fragment, in: type)
            }
        }
    }

    /// The composite type that a fragment is for: §5.5.1.2, §5.5.1.3.
    mutating func conditionType(_ name: String, at location: Location) -> TypeDefinition? {
        guard let type = schema.type(name) else {
            report("Unknown type \"\(name)\".", at: location)
            return nil
        }
        guard type.isComposite else {
            report("Fragment cannot condition on non composite type \"\(name)\".", at: location)
            return nil
        }
        return type
    }

    private mutating func checkField(_ field: Selection.Field, of parent: TypeDefinition) {
        checkDirectives(field.directives, at: .field)
        guard let definition = schema.field(field.name, of: parent), let type = schema.type(definition.type.name) else {
            report("Cannot query field \"\(field.name)\" on type \"\(parent.name)\".", at: field.location)
            return
        }
        checkArguments(
            field.arguments,
            definitions: definition.arguments,
            of: "field \"\(parent.name).\(field.name)\"",
            at: field.location
        )
        // §5.3.3
        if type.isComposite, field.selections.isEmpty {
            report(
                "Field \"\(field.name)\" of type \"\(definition.type)\" must have a selection of subfields.",
                at: field.location
            )
        } else if !type.isComposite, !field.selections.isEmpty {
            report(
                "Field \"\(field.name)\" must not have a selection since type \"\(definition.type)\" has no subfields.",
                at: field.location
            )
        } else {
            checkSelections(field.selections, of: type)
        }
    }

    private mutating func checkSpread(_ spread: Selection.FragmentSpread, in parent: TypeDefinition) {
        checkDirectives(spread.directives, at: .fragmentSpread)
        guard let fragment = document.fragment(spread.name) else {
            report("Unknown fragment \"\(spread.name)\".", at: spread.location)
            return
        }
        guard let type = schema.type(fragment.typeCondition), type.isComposite else { return }
        checkOverlap(type, parent, at: spread.location)
    }

    private mutating func checkInline(_ fragment: Selection.InlineFragment, in parent: TypeDefinition) {
        checkDirectives(fragment.directives, at: .inlineFragment)
        guard let name = fragment.typeCondition else {
            checkSelections(fragment.selections, of: parent)
            return
        }
        guard let type = conditionType(name, at: fragment.location) else { return }
        checkOverlap(type, parent, at: fragment.location)
        checkSelections(fragment.selections, of: type)
    }

    /// §5.5.2.3
    private mutating func checkOverlap(_ type: TypeDefinition, _ parent: TypeDefinition, at location: Location) {
        guard schema.possibleTypes(of: type).isDisjoint(with: schema.possibleTypes(of: parent)) else { return }
        report("A \"\(parent.name)\" can never be a \"\(type.name)\".", at: location)
    }
}
