import GraphQL

/// The schema of a small library, with books and people.
enum TestSchema {
    static let schema = Schema(
        query: "Query",
        mutation: "Mutation",
        types: [
            TypeDefinition("JSON", .scalar, description: "Anything."),
            TypeDefinition("Genre", .enumeration(values: ["NOVEL", "POEM"])),
            TypeDefinition("Node", .interface(fields: [FieldDefinition("id", "ID!")])),
            TypeDefinition(
                "Book",
                .object(
                    interfaces: ["Node"],
                    fields: [
                        FieldDefinition("id", "ID!"), FieldDefinition("title", "String!"),
                        FieldDefinition("genre", "Genre"), FieldDefinition("author", "Person"),
                        FieldDefinition("broken", "String!"),
                    ]
                )
            ),
            TypeDefinition(
                "Person",
                .object(
                    interfaces: ["Node"],
                    fields: [
                        FieldDefinition("id", "ID!"), FieldDefinition("name", "String"),
                        FieldDefinition("title", "String"), FieldDefinition("books", "[Book!]!"),
                    ]
                )
            ),
            TypeDefinition(
                "Filter",
                .input(
                    fields: [
                        InputDefinition("genre", "Genre"), InputDefinition("limit", "Int", defaultValue: .integer(10)),
                        InputDefinition("title", "String!"),
                    ]
                )
            ),
            TypeDefinition(
                "Query",
                .object(
                    interfaces: [],
                    fields: [
                        FieldDefinition("book", "Book", arguments: [InputDefinition("id", "ID!")]),
                        FieldDefinition("node", "Node", arguments: [InputDefinition("id", "ID!")]),
                        FieldDefinition("books", "[Book]!", arguments: [InputDefinition("filter", "Filter")]),
                        FieldDefinition(
                            "echo",
                            "JSON",
                            arguments: [
                                InputDefinition("any", "JSON"), InputDefinition("int", "Int"),
                                InputDefinition("float", "Float"), InputDefinition("id", "ID"),
                                InputDefinition("text", "String"), InputDefinition("flag", "Boolean"),
                                InputDefinition("genre", "Genre"), InputDefinition("ints", "[Int!]"),
                                InputDefinition("filter", "Filter"),
                                InputDefinition("times", "Int!", defaultValue: .integer(1)),
                            ]
                        ),
                        FieldDefinition("fails", "String"), FieldDefinition("mustNotFail", "String!"),
                    ]
                )
            ),
            TypeDefinition(
                "Mutation",
                .object(
                    interfaces: [],
                    fields: [FieldDefinition("rename", "Book!", arguments: [InputDefinition("title", "String!")])]
                )
            ),
        ]
    )

    /// The response to a request as JSON.
    static func answer(
        _ query: String,
        _ variables: Value = .null,
        operation: String? = nil,
        limits: Limits = Limits()
    ) -> String {
        String(decoding: response(query, variables, operation: operation, limits: limits).json, as: UTF8.self)
    }

    static func response(
        _ query: String,
        _ variables: Value = .null,
        operation: String? = nil,
        limits: Limits = Limits()
    ) -> Response {
        let request = Request(query: query, variables: variables, operationName: operation)
        do throws(ExecutableRequest.Refusal) {
            let request = try ExecutableRequest(request, schema: schema, limits: limits)
            return request.response(from: Root(typeName: request.isMutation ? "Mutation" : "Query"))
        } catch {
            return Response(refusing: error.errors)
        }
    }

    /// The messages of the errors of a request that is refused.
    static func refusal(_ query: String, _ variables: Value = .null, limits: Limits = Limits()) -> [String] {
        let response = response(query, variables, limits: limits)
        return response.data == nil ? response.errors.map(\.message) : []
    }
}

/// The root of queries and mutations.
struct Root: ObjectSource {
    struct Secret: Error {}

    let typeName: String

    func value(of field: String, _ arguments: [String: Value]) throws -> Output {
        switch field {
        case "book", "node": arguments["id"]?.text == "0" ? .null : .object(Book(title: "One"))
        case "books": .list([.object(Book(title: "One")), .object(Book(title: "Two"))])
        case "echo": .value(.object(arguments.sorted { $0.key < $1.key }.map { Value.Member($0.key, $0.value) }))
        case "rename": .object(Book(title: arguments["title"]?.text ?? ""))
        case "fails": throw FieldError("no", extensions: .object([.init("code", .string("NO"))]))
        default: throw Secret()
        }
    }
}

struct Book: ObjectSource {
    let title: String
    var typeName: String { "Book" }

    func value(of field: String, _ arguments: [String: Value]) throws -> Output {
        switch field {
        case "id": .text("1")
        case "title": .text(title)
        case "genre": .value(.enumeration("NOVEL"))
        case "author": .object(Person())
        default: title == "Two" ? .null : .text("whole")
        }
    }
}

struct Person: ObjectSource {
    var typeName: String { "Person" }

    func value(of field: String, _ arguments: [String: Value]) -> Output {
        switch field {
        case "id": .text("2")
        case "name": .text("Ann \"O\u{301}\"\n\u{1}")
        case "books": .list([.object(Book(title: "Two"))])
        default: .null
        }
    }
}
