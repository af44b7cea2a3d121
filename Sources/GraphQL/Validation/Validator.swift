/// Looks for what is wrong with a document before anything of it is executed: §5.
struct Validator {
    let schema: Schema
    let document: Document
    private let limits: Limits
    private(set) var errors: [GraphQLError] = []
    /// The variables that stand in the definition that is looked at.
    var uses: [VariableUse] = []

    private init(schema: Schema, document: Document, limits: Limits) {
        self.schema = schema
        self.document = document
        self.limits = limits
    }

    /// What is wrong with a document; empty when it can be executed.
    static func errors(in document: Document, schema: Schema, limits: Limits) -> [GraphQLError] {
        var validator = Validator(schema: schema, document: document, limits: limits)
        do throws(GraphQLError) {
            try validator.validate()
        } catch {
            return [error]
        }
        return validator.errors
    }

    /// Whether nothing more is reported, so that nothing more need be looked for.
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
        // Only of fields that are known can be said whether they contradict each other.
        var merging = FieldMerging(schema: schema, document: document, limits: limits)
        for operation in document.operations {
            guard let root = schema.root(of: operation.kind) else { continue }
            try merging.check(operation.selections, of: root)
            if let conflict = merging.conflict { errors.append(conflict) }
        }
    }

    /// §5.2.1.1, §5.2.2.1, §5.5.1.1
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
            // One of several that ask for the same says enough: each operation looks at all.
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
