import GraphQL

/// The GraphQL schema of the Admin API.
enum AuthgearSchema {
    static let schema = Schema(
        query: "Query",
        mutation: "Mutation",
        types: [
            TypeDefinition("DateTime", .scalar, description: "A time in the format of RFC 3339."),
            TypeDefinition(
                "UserStandardAttributes",
                .scalar,
                description: "The standard claims of OpenID Connect Core §5.1, as an object."
            ),
            TypeDefinition(
                "UserCustomAttributes",
                .scalar,
                description: "The application's own attributes, as an object."
            ),
            TypeDefinition("UserSortBy", .enumeration(values: ["CREATED_AT", "LAST_LOGIN_AT"])),
            TypeDefinition("SortDirection", .enumeration(values: ["ASC", "DESC"])),
            TypeDefinition("Node", .interface(fields: [id]), description: "An object with an ID."),
            TypeDefinition("Entity", .interface(fields: entity)),
            user,
            TypeDefinition("PageInfo", .object(interfaces: [], fields: pageInfo)),
            TypeDefinition(
                "UserEdge",
                .object(
                    interfaces: [],
                    fields: [FieldDefinition("cursor", "String!"), FieldDefinition("node", "User")]
                )
            ),
            TypeDefinition(
                "UserConnection",
                .object(
                    interfaces: [],
                    fields: [
                        FieldDefinition("edges", "[UserEdge]"), FieldDefinition("pageInfo", "PageInfo!"),
                        FieldDefinition(
                            "totalCount",
                            "Int",
                            description: "The number of users that match."
                        ),
                    ]
                )
            ),
            query,
            TypeDefinition(
                "UpdateUserInput",
                .input(
                    fields: [
                        InputDefinition("userID", "ID!"),
                        InputDefinition(
                            "standardAttributes",
                            "UserStandardAttributes",
                            description: "Replaces all standard attributes; omitted ones are removed."
                        ),
                        InputDefinition(
                            "customAttributes",
                            "UserCustomAttributes",
                            description: "Replaces all custom attributes; omitted ones are removed."
                        ),
                    ]
                )
            ),
            TypeDefinition(
                "UpdateUserPayload",
                .object(interfaces: [], fields: [FieldDefinition("user", "User!")])
            ),
            TypeDefinition(
                "Mutation",
                .object(
                    interfaces: [],
                    fields: [
                        FieldDefinition(
                            "updateUser",
                            "UpdateUserPayload!",
                            arguments: [InputDefinition("input", "UpdateUserInput!")]
                        )
                    ]
                )
            ),
        ]
    )

    private static let id = FieldDefinition("id", "ID!")
    private static let entity = [
        id, FieldDefinition("createdAt", "DateTime!"), FieldDefinition("updatedAt", "DateTime!"),
    ]
    private static let pageInfo = [
        FieldDefinition("hasNextPage", "Boolean!"), FieldDefinition("hasPreviousPage", "Boolean!"),
        FieldDefinition("startCursor", "String"), FieldDefinition("endCursor", "String"),
    ]

    private static let user = TypeDefinition(
        "User",
        .object(
            interfaces: ["Entity", "Node"],
            fields: entity + [
                FieldDefinition("standardAttributes", "UserStandardAttributes!"),
                FieldDefinition("customAttributes", "UserCustomAttributes!"),
                FieldDefinition("formattedName", "String"),
            ]
        )
    )

    private static let query = TypeDefinition(
        "Query",
        .object(
            interfaces: [],
            fields: [
                FieldDefinition("node", "Node", arguments: [InputDefinition("id", "ID!")]),
                FieldDefinition("nodes", "[Node]!", arguments: [InputDefinition("ids", "[ID!]!")]),
                FieldDefinition(
                    "users",
                    "UserConnection",
                    arguments: [
                        InputDefinition("first", "Int"), InputDefinition("after", "String"),
                        InputDefinition("last", "Int"), InputDefinition("before", "String"),
                        InputDefinition("searchKeyword", "String"), InputDefinition("sortBy", "UserSortBy"),
                        InputDefinition("sortDirection", "SortDirection"),
                    ]
                ),
                FieldDefinition(
                    "getUsersByStandardAttribute",
                    "[User!]!",
                    arguments: [
                        InputDefinition("attributeName", "String!"), InputDefinition("attributeValue", "String!"),
                    ]
                ),
            ]
        )
    )
}
