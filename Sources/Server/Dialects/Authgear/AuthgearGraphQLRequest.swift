import GraphQL
import HTTPTypes
import ProfileImages

extension GraphQL.Request {
    /// The longest body, in bytes.
    private static let maxBytes = 1 << 20

    /// Reads `application/json`, and `application/graphql`, which is the document itself.
    /// - Throws: `Problem`, or `FastCGIBodyError`.
    init(_ request: Server.Request) throws {
        let type = ParameterizedValue(request.head.headerFields[.contentType] ?? "")
        let charset = type.parameters["charset"]?.lowercased() ?? "utf-8"
        guard ["application/json", "application/graphql"].contains(type.value), ["utf-8", "utf8"].contains(charset)
        else { throw Problem(.unsupportedMediaType, code: "unsupported-content-type", "Unsupported Media Type") }
        let body = try request.body(upTo: Self.maxBytes)
        if type.value == "application/graphql" {
            self.init(query: String(decoding: body, as: UTF8.self))
        } else {
            try self.init(json: body)
        }
    }

    private init(json body: [UInt8]) throws(Problem) {
        guard case .object(let members) = try? JSONValue(untrusted: body) else {
            throw .authgear("BadRequest", "the body is not a JSON object")
        }
        guard case .string(let query) = members["query"] ?? .string("") else {
            throw .authgear("BadRequest", "query must be a string")
        }
        let operationName: String? = if case .string(let name) = members["operationName"] { name } else { nil }
        self.init(
            query: query,
            variables: Value(try Self.variables(members["variables"] ?? .null)),
            operationName: operationName.flatMap { $0.isEmpty ? nil : $0 }
        )
    }

    /// An object, or the text of one.
    private static func variables(_ value: JSONValue) throws(Problem) -> JSONValue {
        switch value {
        case .null, .object: return value
        case .string(let text):
            if text.isEmpty { return .null }
            if let object = try? JSONValue(untrusted: Array(text.utf8)), case .object = object {
                return object
            }
            fallthrough
        default: throw .authgear("BadRequest", "variables must be an object")
        }
    }
}
