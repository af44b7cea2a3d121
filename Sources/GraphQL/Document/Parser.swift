/// Parses an executable document: §2. Definitions of types are refused.
struct Parser {
    private var lexer: Lexer
    private var token: Token
    private var depth = 0
    private let limits: Limits

    init(_ source: String, limits: Limits) throws(GraphQLError) {
        lexer = Lexer(source, limits: limits)
        token = try lexer.next()
        self.limits = limits
    }

    mutating func document() throws(GraphQLError) -> Document {
        var operations: [Operation] = []
        var fragments: [Fragment] = []
        repeat {
            if case .name("fragment") = token.kind {
                fragments.append(try fragment())
            } else {
                operations.append(try operation())
            }
        } while token.kind != .end
        return Document(operations: operations, fragments: fragments)
    }

    // MARK: - Definitions

    private mutating func operation() throws(GraphQLError) -> Operation {
        let location = token.location
        if token.kind == .punctuator("{") {
            return Operation(
                kind: .query,
                name: nil,
                variables: [],
                directives: [],
                selections: try selections(),
                location: location
            )
        }
        guard case .name(let word) = token.kind, let kind = Operation.Kind(rawValue: word) else { throw unexpected() }
        try advance()
        var name: String?
        if case .name = token.kind { name = try self.name() }
        return Operation(
            kind: kind,
            name: name,
            variables: try variables(),
            directives: try directives(),
            selections: try selections(),
            location: location
        )
    }

    private mutating func fragment() throws(GraphQLError) -> Fragment {
        let location = token.location
        try advance()
        let name = try name()
        // §2.8: the name of a fragment cannot be "on".
        guard name != "on" else { throw unexpected() }
        try expect(keyword: "on")
        return Fragment(
            name: name,
            typeCondition: try self.name(),
            directives: try directives(),
            selections: try selections(),
            location: location
        )
    }

    private mutating func variables() throws(GraphQLError) -> [VariableDefinition] {
        guard token.kind == .punctuator("(") else { return [] }
        return try list(from: "(", to: ")") { parser throws(GraphQLError) in try parser.variable() }
    }

    private mutating func variable() throws(GraphQLError) -> VariableDefinition {
        let location = token.location
        try expect("$")
        let name = try name()
        try expect(":")
        let type = try type()
        var defaultValue: Literal?
        if try skip("=") { defaultValue = try literal(isConstant: true) }
        return VariableDefinition(
            name: name,
            type: type,
            defaultValue: defaultValue,
            directives: try directives(isConstant: true),
            location: location
        )
    }

    private mutating func type() throws(GraphQLError) -> TypeReference {
        let type: TypeReference
        if token.kind == .punctuator("[") {
            type = try nested { parser throws(GraphQLError) in
                try parser.expect("[")
                let item = try parser.type()
                try parser.expect("]")
                return .list(item)
            }
        } else {
            type = .named(try name())
        }
        return try skip("!") ? .nonNull(type) : type
    }

    // MARK: - Selections

    private mutating func selections() throws(GraphQLError) -> [Selection] {
        try nested { parser throws(GraphQLError) in
            try parser.list(from: "{", to: "}") { parser throws(GraphQLError) in try parser.selection() }
        }
    }

    private mutating func selection() throws(GraphQLError) -> Selection {
        token.kind == .spread ? try spread() : .field(try field())
    }

    private mutating func field() throws(GraphQLError) -> Selection.Field {
        let location = token.location
        var name = try name()
        var alias: String?
        if try skip(":") {
            alias = name
            name = try self.name()
        }
        return Selection.Field(
            alias: alias,
            name: name,
            arguments: try arguments(),
            directives: try directives(),
            selections: token.kind == .punctuator("{") ? try selections() : [],
            location: location
        )
    }

    private mutating func spread() throws(GraphQLError) -> Selection {
        let location = token.location
        try advance()
        if case .name(let word) = token.kind, word != "on" {
            let name = try name()
            return .spread(.init(name: name, directives: try directives(), location: location))
        }
        var typeCondition: String?
        if case .name = token.kind {
            try advance()
            typeCondition = try name()
        }
        return .inline(
            .init(
                typeCondition: typeCondition,
                directives: try directives(),
                selections: try selections(),
                location: location
            )
        )
    }

    private mutating func directives(isConstant: Bool = false) throws(GraphQLError) -> [Directive] {
        var directives: [Directive] = []
        while token.kind == .punctuator("@") {
            let location = token.location
            try advance()
            let name = try name()
            directives.append(
                Directive(name: name, arguments: try arguments(isConstant: isConstant), location: location)
            )
        }
        return directives
    }

    private mutating func arguments(isConstant: Bool = false) throws(GraphQLError) -> [Argument] {
        guard token.kind == .punctuator("(") else { return [] }
        return try list(from: "(", to: ")") { parser throws(GraphQLError) in
            let location = parser.token.location
            let name = try parser.name()
            try parser.expect(":")
            return Argument(name: name, value: try parser.literal(isConstant: isConstant), location: location)
        }
    }

    // MARK: - Values

    private mutating func literal(isConstant: Bool) throws(GraphQLError) -> Literal {
        switch token.kind {
        case .punctuator("$") where !isConstant:
            try advance()
            return .variable(try name())
        case .punctuator("["):
            return try nested { parser throws(GraphQLError) in
                .list(
                    try parser.list(from: "[", to: "]", isEmptyAllowed: true) { parser throws(GraphQLError) in
                        try parser.literal(isConstant: isConstant)
                    }
                )
            }
        case .punctuator("{"):
            return try nested { parser throws(GraphQLError) in
                .object(
                    try parser.list(from: "{", to: "}", isEmptyAllowed: true) { parser throws(GraphQLError) in
                        try parser.member(isConstant: isConstant)
                    }
                )
            }
        case .integer(let text): return try taken(.integer(text))
        case .float(let text): return try taken(.float(text))
        case .string(let text): return try taken(.string(text))
        case .name("true"): return try taken(.boolean(true))
        case .name("false"): return try taken(.boolean(false))
        case .name("null"): return try taken(.null)
        case .name(let name): return try taken(.enumeration(name))
        default: throw unexpected()
        }
    }

    private mutating func member(isConstant: Bool) throws(GraphQLError) -> Literal.Member {
        let name = try name()
        try expect(":")
        return Literal.Member(name: name, value: try literal(isConstant: isConstant))
    }

    private mutating func taken(_ literal: Literal) throws(GraphQLError) -> Literal {
        try advance()
        return literal
    }

    // MARK: - Tokens

    private mutating func list<Element>(
        from start: Character,
        to end: Character,
        isEmptyAllowed: Bool = false,
        each: (inout Parser) throws(GraphQLError) -> Element
    ) throws(GraphQLError) -> [Element] {
        try expect(start)
        var elements: [Element] = []
        while token.kind != .punctuator(end) || (elements.isEmpty && !isEmptyAllowed) {
            elements.append(try each(&self))
        }
        try expect(end)
        return elements
    }

    /// Runs `body` one level deeper. Each level needs stack.
    /// - Throws: `GraphQLError` if the nesting exceeds `limits.depth`.
    private mutating func nested<Element>(
        _ body: (inout Parser) throws(GraphQLError) -> Element
    ) throws(GraphQLError) -> Element {
        guard depth < limits.depth else {
            throw .tooMuch("nests deeper", limit: limits.depth, at: token.location)
        }
        depth += 1
        defer { depth -= 1 }
        return try body(&self)
    }

    private mutating func name() throws(GraphQLError) -> String {
        guard case .name(let name) = token.kind else { throw unexpected("Name") }
        try advance()
        return name
    }

    private mutating func skip(_ punctuator: Character) throws(GraphQLError) -> Bool {
        guard token.kind == .punctuator(punctuator) else { return false }
        try advance()
        return true
    }

    private mutating func expect(_ punctuator: Character) throws(GraphQLError) {
        guard try skip(punctuator) else { throw unexpected("\"\(punctuator)\"") }
    }

    private mutating func expect(keyword: String) throws(GraphQLError) {
        guard token.kind == .name(keyword) else { throw unexpected("\"\(keyword)\"") }
        try advance()
    }

    private mutating func advance() throws(GraphQLError) {
        token = try lexer.next()
    }

    private func unexpected(_ expectation: String? = nil) -> GraphQLError {
        let reason = expectation.map { "Expected \($0), found" } ?? "Unexpected"
        return .syntax("\(reason) \(token.description).", at: token.location)
    }
}
