import GraphQL

/// One input of libFuzzer: a document. It is read, checked and, if it is found good, executed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let document = unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    let variables = Value.object([.init("a", .string("x")), .init("b", .list([.integer(1), .null]))])
    do throws(ExecutableRequest.Refusal) {
        let request = try ExecutableRequest(Request(query: document, variables: variables), schema: schema)
        _ = try request.rootFieldCount
        precondition(
            !request.response(from: Everything(typeName: request.isMutation ? "Mutation" : "Query")).json.isEmpty
        )
    } catch {
        precondition(!error.errors.isEmpty && !Response(refusing: error.errors).json.isEmpty)
    }
    return 0
}

/// An object whose fields are objects, lists and values of what they were given.
private struct Everything: ObjectSource {
    let typeName: String

    func value(of field: String, _ arguments: [String: Value]) throws -> Output {
        switch field {
        case "one": .object(Everything(typeName: "Thing"))
        case "many": .list([.object(Everything(typeName: "Thing")), .null])
        case "echo": .value(.object(arguments.map { Value.Member($0.key, $0.value) }))
        case "fails": throw FieldError("no")
        default: .null
        }
    }
}

private let schema = Schema(
    query: "Query",
    mutation: "Mutation",
    types: [
        TypeDefinition("Any", .scalar),
        TypeDefinition("Kind", .enumeration(values: ["RED", "BLUE"])),
        TypeDefinition("Node", .interface(fields: fields)),
        TypeDefinition("Thing", .object(interfaces: ["Node"], fields: fields)),
        TypeDefinition("Query", .object(interfaces: [], fields: fields)),
        TypeDefinition("Mutation", .object(interfaces: [], fields: fields)),
        TypeDefinition(
            "Input",
            .input(
                fields: [
                    InputDefinition("kind", "Kind!", defaultValue: .enumeration("RED")),
                    InputDefinition("more", "[Input!]"),
                ]
            )
        ),
    ]
)

private let fields = [
    FieldDefinition("one", "Node"),
    FieldDefinition("many", "[Thing!]"),
    FieldDefinition("must", "String!"),
    FieldDefinition("fails", "String"),
    FieldDefinition(
        "echo",
        "Any",
        arguments: [
            InputDefinition("any", "Any"), InputDefinition("int", "Int"), InputDefinition("float", "Float!"),
            InputDefinition("id", "[ID!]"), InputDefinition("text", "String"), InputDefinition("flag", "Boolean"),
            InputDefinition("input", "Input"),
        ]
    ),
]
