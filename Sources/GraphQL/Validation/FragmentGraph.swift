/// The spreads between fragments, and the nesting with fragments expanded: §5.5.2.
struct FragmentGraph {
    private let document: Document
    private let limits: Limits
    private var heights: [String: Int] = [:]
    /// The names of the fragments that each fragment spreads directly.
    private let spreads: [String: Set<String>]

    /// - Throws: `GraphQLError` if a fragment contains itself, or selections nest deeper than `limits.depth`.
    init(_ document: Document, limits: Limits) throws(GraphQLError) {
        self.document = document
        self.limits = limits
        spreads = Dictionary(document.fragments.map { ($0.name, Self.spreads(in: $0.selections)) }) { first, _ in first
        }
        for fragment in document.fragments { _ = try height(of: fragment, depth: 0, path: []) }
        for operation in document.operations { _ = try height(of: operation.selections, depth: 0, path: []) }
    }

    /// The fragments that `selections` spread, directly or through other fragments.
    func fragments(spreadIn selections: [Selection]) -> [Fragment] {
        var names: Set<String> = []
        var found: [Fragment] = []
        var waiting = Self.spreads(in: selections)
        while let name = waiting.popFirst() {
            guard names.insert(name).inserted, let fragment = document.fragment(name) else { continue }
            found.append(fragment)
            waiting.formUnion((spreads[name] ?? []).subtracting(names))
        }
        return found
    }

    private static func spreads(in selections: [Selection]) -> Set<String> {
        var names: Set<String> = []
        collectSpreads(in: selections, into: &names)
        return names
    }

    private static func collectSpreads(in selections: [Selection], into names: inout Set<String>) {
        for selection in selections {
            switch selection {
            case .field(let field): collectSpreads(in: field.selections, into: &names)
            case .inline(let fragment): collectSpreads(in: fragment.selections, into: &names)
            case .spread(let spread): names.insert(spread.name)
            }
        }
    }

    private mutating func height(of fragment: Fragment, depth: Int, path: [String]) throws(GraphQLError) -> Int {
        if let height = heights[fragment.name] {
            guard depth + height <= limits.depth else { throw tooDeep(at: fragment.location) }
            return height
        }
        let height = try height(of: fragment.selections, depth: depth, path: path + [fragment.name])
        heights[fragment.name] = height
        return height
    }

    private mutating func height(of selections: [Selection], depth: Int, path: [String]) throws(GraphQLError) -> Int {
        guard let first = selections.first else { return 0 }
        guard depth < limits.depth else { throw tooDeep(at: first.location) }
        var highest = 0
        for selection in selections {
            let height =
                switch selection {
                case .field(let field): try height(of: field.selections, depth: depth + 1, path: path)
                case .inline(let fragment): try height(of: fragment.selections, depth: depth + 1, path: path)
                case .spread(let spread): try height(of: spread, depth: depth + 1, path: path)
                }
            highest = max(highest, height)
        }
        return highest + 1
    }

    private mutating func height(
        of spread: Selection.FragmentSpread,
        depth: Int,
        path: [String]
    ) throws(GraphQLError) -> Int {
        guard !path.contains(spread.name) else {
            throw GraphQLError("Cannot spread fragment \"\(spread.name)\" within itself.", at: [spread.location])
        }
        guard let fragment = document.fragment(spread.name) else { return 0 }
        return try height(of: fragment, depth: depth, path: path)
    }

    private func tooDeep(at location: Location) -> GraphQLError {
        .tooMuch("nests deeper", limit: limits.depth, at: location)
    }
}
