/// The objects that describe a schema: §4.2.
enum Introspection {
    struct Whole: ObjectSource {
        let schema: Schema
        var typeName: String { "__Schema" }

        func value(of field: String, _ arguments: [String: Value]) -> Output {
            switch field {
            case "types": .list(schema.types.map { .object(TypeUse(.named($0.name), in: schema)) })
            case "queryType": .object(TypeUse(.named(schema.query), in: schema))
            case "mutationType": schema.mutation.map { .object(TypeUse(.named($0), in: schema)) } ?? .null
            case "directives": .list(DirectiveDefinition.all.map { .object(Directive(schema: schema, definition: $0)) })
            default: .null
            }
        }
    }

    struct TypeUse: ObjectSource {
        private let schema: Schema
        private let reference: TypeReference
        var typeName: String { "__Type" }

        init(_ reference: TypeReference, in schema: Schema) {
            self.reference = reference
            self.schema = schema
        }

        func value(of field: String, _ arguments: [String: Value]) -> Output {
            switch reference {
            case .nonNull(let type): wrapper("NON_NULL", of: type, field)
            case .list(let item): wrapper("LIST", of: item, field)
            case .named(let name): schema.type(name).map { named($0, field) } ?? .null
            }
        }

        private func wrapper(_ kind: String, of type: TypeReference, _ field: String) -> Output {
            switch field {
            case "kind": .value(.enumeration(kind))
            case "ofType": .object(TypeUse(type, in: schema))
            default: .null
            }
        }

        private func named(_ type: TypeDefinition, _ field: String) -> Output {
            switch (field, type.kind) {
            case ("kind", let kind): .value(.enumeration(kind.name))
            case ("name", _): .text(type.name)
            case ("description", _): .text(type.description)
            case ("fields", .object(_, let fields)), ("fields", .interface(let fields)):
                .list(fields.map { .object(Field(schema: schema, definition: $0)) })
            case ("interfaces", .object(let interfaces, _)): uses(of: interfaces)
            case ("interfaces", .interface): .list([])
            case ("possibleTypes", .interface): uses(of: schema.possibleTypes(of: type).sorted())
            case ("enumValues", .enumeration(let values)): .list(values.map { .object(EnumValue(name: $0)) })
            case ("inputFields", .input(let fields)):
                .list(fields.map { .object(InputValue(schema: schema, definition: $0)) })
            case ("isOneOf", .input): .value(.boolean(false))
            default: .null
            }
        }

        private func uses(of names: [String]) -> Output {
            .list(names.map { .object(TypeUse(.named($0), in: schema)) })
        }
    }

    private struct Field: ObjectSource {
        let schema: Schema
        let definition: FieldDefinition
        var typeName: String { "__Field" }

        func value(of field: String, _ arguments: [String: Value]) -> Output {
            switch field {
            case "name": .text(definition.name)
            case "description": .text(definition.description)
            case "args": .list(definition.arguments.map { .object(InputValue(schema: schema, definition: $0)) })
            case "type": .object(TypeUse(definition.type, in: schema))
            case "isDeprecated": .value(.boolean(false))
            default: .null
            }
        }
    }

    private struct InputValue: ObjectSource {
        let schema: Schema
        let definition: InputDefinition
        var typeName: String { "__InputValue" }

        func value(of field: String, _ arguments: [String: Value]) -> Output {
            switch field {
            case "name": .text(definition.name)
            case "description": .text(definition.description)
            case "type": .object(TypeUse(definition.type, in: schema))
            case "defaultValue": .text(definition.defaultValue?.notation)
            case "isDeprecated": .value(.boolean(false))
            default: .null
            }
        }
    }

    private struct EnumValue: ObjectSource {
        let name: String
        var typeName: String { "__EnumValue" }

        func value(of field: String, _ arguments: [String: Value]) -> Output {
            switch field {
            case "name": .text(name)
            case "isDeprecated": .value(.boolean(false))
            default: .null
            }
        }
    }

    private struct Directive: ObjectSource {
        let schema: Schema
        let definition: DirectiveDefinition
        var typeName: String { "__Directive" }

        func value(of field: String, _ arguments: [String: Value]) -> Output {
            switch field {
            case "name": .text(definition.name)
            case "description": .text(definition.description)
            case "locations": .list(definition.places.map { .value(.enumeration($0.rawValue)) })
            case "args": .list(definition.arguments.map { .object(InputValue(schema: schema, definition: $0)) })
            case "isRepeatable": .value(.boolean(false))
            default: .null
            }
        }
    }
}

extension TypeDefinition.Kind {
    fileprivate var name: String {
        switch self {
        case .scalar: "SCALAR"
        case .object: "OBJECT"
        case .interface: "INTERFACE"
        case .enumeration: "ENUM"
        case .input: "INPUT_OBJECT"
        }
    }
}

extension Value {
    /// The value in the notation of a document.
    fileprivate var notation: String {
        switch self {
        case .enumeration(let name): name
        case .list(let items): "[\(items.map(\.notation).joined(separator: ", "))]"
        case .object(let members): "{\(members.map { "\($0.name): \($0.value.notation)" }.joined(separator: ", "))}"
        default: String(decoding: json, as: UTF8.self)
        }
    }
}
