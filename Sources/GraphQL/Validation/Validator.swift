/// Validates a document before execution: §5.
struct Validator {
    let schema: Schema
    let document: Document
    private let limits: Limits
    private(set) var errors: [GraphQLError] = []
    /// The uses of variables in the operation or fragment that is being checked.
    var uses: [VariableUse] = []

    private init(schema: Schema, document: Document, limits: Limits) {
        self.schema = schema
        self.document = document
        self.limits = limits
    }

    /// The errors of a document; empty if it can be executed.
    static func errors(in document: Document, schema: Schema, limits: Limits) -> [GraphQLError] {
        var validator = Validator(schema: schema, document: document, limits: limits)
        do throws(GraphQLError) {
            try validator.validate()
        } catch {
            return [error]
        }
        return validator.errors
    }

    /// Whether the limit of errors is reached. Further checks are skipped.
    var isFull: Bool {
        errors.count >= limits.errors
    }

    mutating func report(_ message: String, at location: Location) {
        guard !isFull else { return }
        errors.append(GraphQLError(message, at: [location]))
    }

    private mutating func validate() throws(GraphQLError) {
        let graph = try FragmentGraph(document, limits: limits)
        checkNames()
        let usesInFragments = checkFragments(graph)
        for operation in document.operations where !isFull {
            checkOperation(operation, graph: graph, usesInFragments: usesInFragments)
        }
        guard errors.isEmpty else { return }
        // Fields can be compared only if the schema defines all of them.
        var merging = FieldMerging(schema: schema, document: document, limits: limits)
        for operation in document.operations {
            guard let root = schema.root(of: operation.kind) else { continue }
            try merging.check(operation.selections, of: root)
            if let conflict = merging.conflict { errors.append(conflict) }
        }
    }

    /// Checks the names of operations and fragments: §5.2.1.1, §5.2.2.1, §5.5.1.1.
    private mutating func checkNames() {
        var names: Set<String> = []
        for operation in document.operations {
            guard let name = operation.name else {
                guard document.operations.count > 1 else { continue }
                report("This anonymous operation must be the only defined operation.", at: operation.location)
                continue
            }
            guard !names.insert(name).inserted else { continue }
            report("There can be only one operation named \"\(name)\".", at: operation.location)
        }
        names = []
        for fragment in document.fragments where !names.insert(fragment.name).inserted {
            report("There can be only one fragment named \"\(fragment.name)\".", at: fragment.location)
        }
    }

    private mutating func checkFragments(_ graph: FragmentGraph) -> [String: [VariableUse]] {
        let used = Set(document.operations.flatMap { graph.fragments(spreadIn: $0.selections) }.map(\.name))
        var usesInFragments: [String: [VariableUse]] = [:]
        for fragment in document.fragments {
            if !used.contains(fragment.name) {
                report("Fragment \"\(fragment.name)\" is never used.", at: fragment.location)
            }
            uses = []
            checkDirectives(fragment.directives, at: .fragmentDefinition)
            if let type = conditionType(fragment.typeCondition, at: fragment.location) {
                checkSelections(fragment.selections, of: type)
            }
            // One of several equal uses is enough: each operation checks all uses of its fragments.
            var seen: Set<VariableUse> = []
            usesInFragments[fragment.name] = uses.filter { seen.insert($0).inserted }
        }
        return usesInFragments
    }

    private mutating func checkOperation(
        _ operation: Operation,
        graph: FragmentGraph,
        usesInFragments: [String: [VariableUse]]
    ) {
        guard let root = schema.root(of: operation.kind) else {
            report("Schema is not configured to execute \(operation.kind.rawValue) operation.", at: operation.location)
            return
        }
        uses = []
        checkDirectives(operation.directives, at: operation.kind.place)
        checkSelections(operation.selections, of: root)
        for fragment in graph.fragments(spreadIn: operation.selections) {
            uses += usesInFragments[fragment.name] ?? []
        }
        checkVariables(of: operation)
    }
}

extension Operation.Kind {
    fileprivate var place: DirectiveDefinition.Place {
        switch self {
        case .query: .query
        case .mutation: .mutation
        case .subscription: .subscription
        }
    }
}

extension Validator {
    /// Checks fields and fragments: §5.3, §5.5.
    mutating func checkSelections(_ selections: [Selection], of type: TypeDefinition) {
        for selection in selections {
            switch selection {
            case .field(let field): checkField(field, of: type)
            case .spread(let spread): checkSpread(spread, in: type)
            case .inline(let fragment): checkInline(fragment, in: type)
            }
        }
    }

    /// The composite type in a type condition: §5.5.1.2, §5.5.1.3. Reports an error and returns nil if there is none.
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
        // §5.3.3: a field of a composite type needs a selection of subfields; a field of a leaf type has none.
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

    /// Checks that one object can have both types: §5.5.2.3.
    private mutating func checkOverlap(_ type: TypeDefinition, _ parent: TypeDefinition, at location: Location) {
        guard schema.possibleTypes(of: type).isDisjoint(with: schema.possibleTypes(of: parent)) else { return }
        report("A \"\(parent.name)\" can never be a \"\(type.name)\".", at: location)
    }
}
