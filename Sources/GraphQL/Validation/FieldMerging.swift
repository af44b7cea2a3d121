/// Checks that fields with the same response key can be merged: §5.3.2. One limit covers the work for all operations of
/// a document.
struct FieldMerging {
    private typealias Set = (type: TypeDefinition, selections: [Selection])

    private let schema: Schema
    private let document: Document
    private let limits: Limits
    private var remaining: Int
    /// The conflict that the last call of `check` found.
    private(set) var conflict: GraphQLError?

    init(schema: Schema, document: Document, limits: Limits) {
        self.schema = schema
        self.document = document
        self.limits = limits
        remaining = limits.fields
    }

    /// - Throws: `GraphQLError` if the operations, with fragments expanded, have more than `limits.fields` fields.
    mutating func check(_ selections: [Selection], of type: TypeDefinition) throws(GraphQLError) {
        conflict = nil
        try check([(type, selections)], shapeOnly: false)
    }

    /// - Parameter shapeOnly: whether the selection sets apply to different objects, of which only one can exist. Then
    ///   the fields need not be equal; only their response shapes must match.
    private mutating func check(_ sets: [Set], shapeOnly: Bool) throws(GraphQLError) {
        var groups: [String: [FieldUse]] = [:]
        for set in sets {
            var visited: Swift.Set<String> = []
            try collect(set.selections, of: set.type, into: &groups, visited: &visited)
        }
        for uses in groups.values {
            let together = shapeOnly ? [] : Self.together(uses)
            noteConflict(uses, together: together)
            guard conflict == nil else { return }
            if together.count != 1 { try check(subsets(of: uses), shapeOnly: true) }
            for uses in together { try check(subsets(of: uses), shapeOnly: false) }
        }
    }

    /// The groups of uses that can apply to the same object: those on one object type, with those on interfaces.
    private static func together(_ uses: [FieldUse]) -> [[FieldUse]] {
        let general = uses.filter { !$0.parent.isObject }
        let special = Dictionary(grouping: uses.filter(\.parent.isObject), by: \.parent.name).values
        return special.isEmpty ? [general] : special.map { $0 + general }
    }

    private mutating func noteConflict(_ uses: [FieldUse], together: [[FieldUse]]) {
        for uses in together {
            guard let other = uses.first(where: { !$0.isSame(as: uses[0]) }) else { continue }
            note(uses[0], other, "they are different fields or have differing arguments")
        }
        guard let other = uses.first(where: { !looksSame($0.definition.type, uses[0].definition.type) }) else { return }
        note(uses[0], other, "they return conflicting types")
    }

    private mutating func note(_ first: FieldUse, _ second: FieldUse, _ reason: String) {
        let name = first.field.responseName
        conflict = GraphQLError(
            "Fields \"\(name)\" conflict because \(reason). Use different aliases on the fields to fetch both.",
            at: [first.field.location, second.field.location]
        )
    }

    /// Whether values of both types have the same response shape, without their subfields.
    private func looksSame(_ first: TypeReference, _ second: TypeReference) -> Bool {
        switch (first, second) {
        case (.nonNull(let first), .nonNull(let second)), (.list(let first), .list(let second)):
            return looksSame(first, second)
        case (.named(let first), .named(let second)):
            let areComposite = [first, second].allSatisfy { schema.type($0)?.isComposite ?? false }
            return first == second || areComposite
        default:
            return false
        }
    }

    private func subsets(of uses: [FieldUse]) -> [Set] {
        uses.compactMap { use in schema.type(use.definition.type.name).map { ($0, use.field.selections) } }
    }

    private mutating func collect(
        _ selections: [Selection],
        of type: TypeDefinition,
        into groups: inout [String: [FieldUse]],
        visited: inout Swift.Set<String>
    ) throws(GraphQLError) {
        for selection in selections {
            guard remaining > 0 else {
                throw .tooMuch("asks for more fields", limit: limits.fields, at: selection.location)
            }
            remaining -= 1
            switch selection {
            case .field(let field):
                guard let definition = schema.field(field.name, of: type) else { continue }
                groups[field.responseName, default: []].append(
                    FieldUse(parent: type, field: field, definition: definition)
                )
            case .inline(let fragment):
                let type = fragment.typeCondition.flatMap(schema.type) ?? type
                try collect(fragment.selections, of: type, into: &groups, visited: &visited)
            case .spread(let spread):
                guard visited.insert(spread.name).inserted, let fragment = document.fragment(spread.name),
                    let type = schema.type(fragment.typeCondition)
                else { continue }
                try collect(fragment.selections, of: type, into: &groups, visited: &visited)
            }
        }
    }
}

/// A field that a document selects on a type.
struct FieldUse {
    let parent: TypeDefinition
    let field: Selection.Field
    let definition: FieldDefinition

    /// Whether both uses have the same field name and the same arguments, in any order.
    func isSame(as other: FieldUse) -> Bool {
        // The same location: a fragment that is spread twice. Its arguments may be long, so they are not compared.
        if field.location == other.field.location { return true }
        return field.name == other.field.name && arguments == other.arguments
    }

    private var arguments: [String: Literal] {
        Dictionary(field.arguments.map { ($0.name, $0.value) }) { first, _ in first }
    }
}
