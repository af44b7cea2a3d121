/// Executes an operation: §6. Fields are executed one after another, because mutations must be serial.
struct Executor {
    private let schema: Schema
    private let document: Document
    private let coercion: Coercion
    private let limits: Limits
    private var remaining: Int
    private var errors: [GraphQLError] = []
    private var unexpected: [any Error] = []

    init(schema: Schema, document: Document, variables: [String: Value], limits: Limits) {
        self.schema = schema
        self.document = document
        self.limits = limits
        coercion = Coercion(schema: schema, variables: variables)
        remaining = limits.fields
    }

    mutating func response(to operation: Operation, root: any ObjectSource) -> Response {
        do throws(GraphQLError) {
            let data = try object(root, operation.selections, at: [])
            return Response(data: data ?? .null, errors: errors, unexpected: unexpected)
        } catch {
            return Response(data: .null, errors: errors + [error], unexpected: unexpected)
        }
    }

    mutating func rootFieldCount(of operation: Operation) throws(GraphQLError) -> Int {
        guard let root = schema.root(of: operation.kind) else { return 0 }
        var collection = FieldCollection()
        try collect(operation.selections, of: root, into: &collection)
        return collection.groups.count
    }

    /// Executes a selection set on an object; nil if a field of a non-null type is null.
    /// - Throws: `GraphQLError` if the request exceeds a limit, or the condition of a directive is not valid. Either
    ///   ends the execution.
    private mutating func object(
        _ source: any ObjectSource,
        _ selections: [Selection],
        at path: [GraphQLError.PathElement]
    ) throws(GraphQLError) -> Value? {
        guard let type = schema.type(source.typeName) else { return .null }
        var collection = FieldCollection()
        try collect(selections, of: type, into: &collection)
        var members: [Value.Member] = []
        for (name, fields) in collection.groups {
            guard let field = fields.first, let definition = schema.field(field.name, of: type) else { continue }
            guard let value = try value(of: fields, definition, from: source, at: path + [.name(name)]) else {
                return nil
            }
            members.append(.init(name, value))
        }
        return .object(members)
    }

    /// §6.3.2, CollectFields().
    private mutating func collect(
        _ selections: [Selection],
        of type: TypeDefinition,
        into collection: inout FieldCollection
    ) throws(GraphQLError) {
        for selection in selections {
            guard remaining > 0 else { throw .tooMuch("asks for more fields", limit: limits.fields) }
            remaining -= 1
            guard try isIncluded(selection) else { continue }
            switch selection {
            case .field(let field):
                collection.append(field)
            case .spread(let spread):
                guard collection.visit(spread.name), let fragment = document.fragment(spread.name),
                    applies(fragment.typeCondition, to: type)
                else { continue }
                try collect(fragment.selections, of: type, into: &collection)
            case .inline(let fragment):
                guard fragment.typeCondition.map({ applies($0, to: type) }) ?? true else { continue }
                try collect(fragment.selections, of: type, into: &collection)
            }
        }
    }

    private func isIncluded(_ selection: Selection) throws(GraphQLError) -> Bool {
        do throws(CoercionError) {
            return try coercion.includes(selection)
        } catch {
            throw GraphQLError(error.reason, at: [selection.location])
        }
    }

    private func applies(_ condition: String, to type: TypeDefinition) -> Bool {
        condition == type.name || type.implements(condition)
    }

    /// Executes one field; nil if its type is non-null and its value is null.
    private mutating func value(
        of fields: [Selection.Field],
        _ definition: FieldDefinition,
        from source: any ObjectSource,
        at path: [GraphQLError.PathElement]
    ) throws(GraphQLError) -> Value? {
        let place = Place(fields: fields, path: path)
        do {
            try spend(on: fields[0].arguments)
            let arguments = try coercion.values(of: fields[0].arguments, as: definition.arguments)
            let output = try output(of: definition, arguments, from: source)
            return try complete(output, as: definition.type, at: place)
        } catch let error as GraphQLError {
            throw error
        } catch {
            report(error, at: place)
            return definition.type.isNonNull ? nil : .null
        }
    }

    /// Counts parts of argument values as fields: arguments are coerced again for each field of a spread fragment.
    private mutating func spend(on arguments: [Argument]) throws(GraphQLError) {
        for argument in arguments {
            remaining -= argument.value.nestedCount
            guard remaining >= 0 else { throw .tooMuch("asks for more fields", limit: limits.fields) }
        }
    }

    private func output(
        of definition: FieldDefinition,
        _ arguments: [String: Value],
        from source: any ObjectSource
    ) throws -> Output {
        switch definition.name {
        case "__typename": .text(source.typeName)
        case "__schema": .object(Introspection.Whole(schema: schema))
        case "__type": arguments["name"]?.text.flatMap(type) ?? .null
        default: try source.value(of: definition.name, arguments)
        }
    }

    private func type(_ name: String) -> Output? {
        // Look up only names that a document can contain: other names may be long, or take long to hash.
        guard name.utf8.count <= limits.name, name.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        return schema.type(name).map { .object(Introspection.TypeUse(.named($0.name), in: schema)) }
    }

    /// §6.4.3, CompleteValue(). Nil if a part of a non-null type is null.
    private mutating func complete(
        _ output: Output,
        as type: TypeReference,
        at place: Place
    ) throws(GraphQLError) -> Value? {
        guard case .nonNull(let nullable) = type else {
            return try completeNullable(output, as: type, at: place) ?? .null
        }
        let value = try completeNullable(output, as: nullable, at: place)
        guard value == .null else { return value }
        report(FieldError("Cannot return null for non-nullable field \"\(place.fields[0].name)\"."), at: place)
        return nil
    }

    private mutating func completeNullable(
        _ output: Output,
        as type: TypeReference,
        at place: Place
    ) throws(GraphQLError) -> Value? {
        switch output {
        case .value(let value):
            return value
        case .object(let source):
            return try object(source, place.fields.flatMap(\.selections), at: place.path)
        case .list(let items):
            guard case .list(let itemType) = type else { return .null }
            var values: [Value] = []
            for (index, item) in items.enumerated() {
                let place = Place(fields: place.fields, path: place.path + [.index(index)])
                guard let value = try complete(item, as: itemType, at: place) else { return nil }
                values.append(value)
            }
            return .list(values)
        }
    }

    private mutating func report(_ error: any Error, at place: Place) {
        let message: String
        var extensions: Value?
        switch error {
        case let error as FieldError:
            message = error.message
            extensions = error.extensions
        case let error as CoercionError:
            message = error.reason
        default:
            message = "unexpected error"
            unexpected.append(error)
        }
        guard errors.count < limits.errors else { return }
        errors.append(
            GraphQLError(message, at: place.fields.map(\.location), path: place.path, extensions: extensions)
        )
    }

    /// A position in the document and in the response.
    private struct Place {
        let fields: [Selection.Field]
        let path: [GraphQLError.PathElement]
    }
}

/// The selected fields of an object, grouped by response key: §6.3.2.
struct FieldCollection {
    private(set) var groups: [(name: String, fields: [Selection.Field])] = []
    private var places: [String: Int] = [:]
    private var visited: Set<String> = []

    mutating func append(_ field: Selection.Field) {
        if let place = places[field.responseName] {
            groups[place].fields.append(field)
        } else {
            places[field.responseName] = groups.count
            groups.append((field.responseName, [field]))
        }
    }

    /// Marks a fragment as visited.
    /// - Returns: false if it was visited before.
    mutating func visit(_ fragment: String) -> Bool {
        visited.insert(fragment).inserted
    }
}
