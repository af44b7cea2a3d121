extension TypeDefinition {
    /// The types of the introspection schema: §4.2. It has the fields for deprecation because clients query them; no
    /// field here is deprecated. `isOneOf` comes from a later edition than October 2021.
    static let introspection = [
        TypeDefinition(
            "__Schema",
            .object(
                interfaces: [],
                fields: [
                    FieldDefinition("description", "String"),
                    FieldDefinition("types", "[__Type!]!"),
                    FieldDefinition("queryType", "__Type!"),
                    FieldDefinition("mutationType", "__Type"),
                    FieldDefinition("subscriptionType", "__Type"),
                    FieldDefinition("directives", "[__Directive!]!"),
                ]
            )
        ),
        TypeDefinition(
            "__Type",
            .object(
                interfaces: [],
                fields: [
                    FieldDefinition("kind", "__TypeKind!"),
                    FieldDefinition("name", "String"),
                    FieldDefinition("description", "String"),
                    FieldDefinition("specifiedByURL", "String"),
                    FieldDefinition("fields", "[__Field!]", arguments: [.includeDeprecated]),
                    FieldDefinition("interfaces", "[__Type!]"),
                    FieldDefinition("possibleTypes", "[__Type!]"),
                    FieldDefinition("enumValues", "[__EnumValue!]", arguments: [.includeDeprecated]),
                    FieldDefinition("inputFields", "[__InputValue!]", arguments: [.includeDeprecated]),
                    FieldDefinition("ofType", "__Type"),
                    FieldDefinition("isOneOf", "Boolean"),
                ]
            )
        ),
        TypeDefinition(
            "__Field",
            .object(
                interfaces: [],
                fields: [
                    FieldDefinition("name", "String!"),
                    FieldDefinition("description", "String"),
                    FieldDefinition("args", "[__InputValue!]!", arguments: [.includeDeprecated]),
                    FieldDefinition("type", "__Type!"),
                    FieldDefinition("isDeprecated", "Boolean!"),
                    FieldDefinition("deprecationReason", "String"),
                ]
            )
        ),
        TypeDefinition(
            "__InputValue",
            .object(
                interfaces: [],
                fields: [
                    FieldDefinition("name", "String!"),
                    FieldDefinition("description", "String"),
                    FieldDefinition("type", "__Type!"),
                    FieldDefinition("defaultValue", "String"),
                    FieldDefinition("isDeprecated", "Boolean!"),
                    FieldDefinition("deprecationReason", "String"),
                ]
            )
        ),
        TypeDefinition(
            "__EnumValue",
            .object(
                interfaces: [],
                fields: [
                    FieldDefinition("name", "String!"),
                    FieldDefinition("description", "String"),
                    FieldDefinition("isDeprecated", "Boolean!"),
                    FieldDefinition("deprecationReason", "String"),
                ]
            )
        ),
        TypeDefinition(
            "__Directive",
            .object(
                interfaces: [],
                fields: [
                    FieldDefinition("name", "String!"),
                    FieldDefinition("description", "String"),
                    FieldDefinition("locations", "[__DirectiveLocation!]!"),
                    FieldDefinition("args", "[__InputValue!]!", arguments: [.includeDeprecated]),
                    FieldDefinition("isRepeatable", "Boolean!"),
                ]
            )
        ),
        TypeDefinition(
            "__TypeKind",
            .enumeration(
                values: ["SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "LIST", "NON_NULL"]
            )
        ),
        TypeDefinition(
            "__DirectiveLocation",
            .enumeration(
                values: [
                    "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD",
                    "INLINE_FRAGMENT", "VARIABLE_DEFINITION", "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION",
                    "ARGUMENT_DEFINITION", "INTERFACE", "UNION", "ENUM", "ENUM_VALUE", "INPUT_OBJECT",
                    "INPUT_FIELD_DEFINITION",
                ]
            )
        ),
    ]
}

extension InputDefinition {
    fileprivate static let includeDeprecated = InputDefinition(
        "includeDeprecated",
        "Boolean",
        defaultValue: .boolean(false)
    )
}
