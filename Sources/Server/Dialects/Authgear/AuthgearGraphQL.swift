import GraphQL
import HTTPTypes
import ProfileImages

/// The resource `/_api/admin/graphql`.
struct AuthgearGraphQL: Sendable {
    /// The most mutations in a request.
    private static let maxMutations = 5

    /// Thrown to roll the transaction back after a field has failed; carries the response.
    private struct Undoing: Error {
        let response: GraphQL.Response
    }

    let app: String
    let services: Services
    let publicURL: PublicURL

    func post(_ request: Request, by principal: Principal) throws -> Response {
        let names = AuthgearPictureNames(app: app, base: try publicURL.base(for: request))
        do {
            let executable = try ExecutableRequest(GraphQL.Request(request), schema: AuthgearSchema.schema)
            guard executable.isMutation else {
                return answer(executable.response(from: AuthgearQuery(profiles: services.profiles, names: names)))
            }
            guard try executable.rootFieldCount <= Self.maxMutations else {
                throw Problem.authgear("BadRequest", "at most \(Self.maxMutations) mutations are allowed in a request")
            }
            return answer(try change(executable, names, by: principal.actor(in: request)))
        } catch let refusal as ExecutableRequest.Refusal {
            return answer(GraphQL.Response(refusing: refusal.errors))
        }
    }

    /// Runs all fields of a mutation in one transaction, which changes nothing if a field fails.
    private func change(
        _ executable: ExecutableRequest,
        _ names: AuthgearPictureNames,
        by actor: AuditActor
    ) throws -> GraphQL.Response {
        do {
            let (response, users) = try services.metadata.write { transaction in
                let mutation = AuthgearMutation(transaction, rules: services.rules, names: names, actor: actor)
                let response = executable.response(from: mutation)
                guard response.errors.isEmpty else { throw Undoing(response: response) }
                return (response, mutation.users)
            }
            for user in users { services.removals.finishIfPossible(of: user) }
            return response
        } catch let undoing as Undoing {
            return undoing.response
        }
    }

    private func answer(_ response: GraphQL.Response) -> Response {
        var answer = Response(.ok, headerFields: .authgearAdmin, body: response.json)
        answer.headerFields[.contentType] = "application/json; charset=utf-8"
        answer.cause = response.unexpected.first.map { "\($0)" }
        return answer
    }
}

extension GraphQL.Request {
    /// The longest body, in bytes.
    private static let maxBytes = 1 << 20

    /// Reads `application/json`, or `application/graphql`, whose body is the document.
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

    /// Reads an object, or a string that contains an object in JSON.
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

extension Value {
    /// Sorts the members by name, because JSON objects have no order.
    init(_ json: JSONValue) {
        switch json {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = .float(value)
        case .string(let value): self = .string(value)
        case .array(let values): self = .list(values.map(Value.init))
        case .object(let members):
            self = .object(members.sorted { $0.key < $1.key }.map { Member($0.key, Value($0.value)) })
        }
    }
}

extension JSONValue {
    init(_ value: GraphQL.Value) {
        switch value {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .float(let value): self = .number(value)
        case .string(let text), .enumeration(let text): self = .string(text)
        case .list(let items): self = .array(items.map(JSONValue.init))
        case .object(let members):
            self = .object(Dictionary(members.map { ($0.name, JSONValue($0.value)) }) { _, last in last })
        }
    }
}
