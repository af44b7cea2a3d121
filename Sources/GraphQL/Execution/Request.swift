/// A request from a client.
package struct Request: Sendable {
    /// The source text of the document.
    package let query: String
    /// The values of the variables: an object or null.
    package let variables: Value
    /// The name of the operation to execute, if the document has several.
    package let operationName: String?

    package init(query: String, variables: Value = .null, operationName: String? = nil) {
        self.query = query
        self.variables = variables
        self.operationName = operationName
    }
}

/// A parsed and validated request.
package struct ExecutableRequest: Sendable {
    /// Why a request is not executed.
    package struct Refusal: Error {
        package let errors: [GraphQLError]
    }

    private let schema: Schema
    private let document: Document
    private let operation: Operation
    private let variables: [String: Value]
    private let limits: Limits

    /// Parses and validates a request: §5, §6.1.
    package init(_ request: Request, schema: Schema, limits: Limits = Limits()) throws(Refusal) {
        do throws(GraphQLError) {
            document = try Document(request.query, limits: limits)
        } catch {
            throw Refusal(errors: [error])
        }
        let errors = Validator.errors(in: document, schema: schema, limits: limits)
        guard errors.isEmpty else { throw Refusal(errors: errors) }
        do throws(GraphQLError) {
            operation = try document.operation(request.operationName)
            variables = try Coercion.variables(operation.variables, given: request.variables, schema: schema)
        } catch {
            throw Refusal(errors: [error])
        }
        self.schema = schema
        self.limits = limits
    }

    /// Whether the operation is a mutation.
    package var isMutation: Bool {
        operation.kind == .mutation
    }

    /// The number of response keys at the root, with fragments expanded.
    package var rootFieldCount: Int {
        get throws(Refusal) {
            var executor = Executor(schema: schema, document: document, variables: variables, limits: limits)
            do throws(GraphQLError) {
                return try executor.rootFieldCount(of: operation)
            } catch {
                throw Refusal(errors: [error])
            }
        }
    }

    /// Executes the operation on the root object.
    package func response(from root: any ObjectSource) -> Response {
        var executor = Executor(schema: schema, document: document, variables: variables, limits: limits)
        return executor.response(to: operation, root: root)
    }
}

extension Document {
    /// Selects the operation to execute: §6.1, GetOperation().
    fileprivate func operation(_ name: String?) throws(GraphQLError) -> Operation {
        guard let name else {
            guard operations.count <= 1 else {
                throw GraphQLError("Must provide operation name if query contains multiple operations.")
            }
            guard let operation = operations.first else { throw GraphQLError("Must provide an operation.") }
            return operation
        }
        guard let operation = operations.first(where: { $0.name?.isSame(as: name) == true }) else {
            throw GraphQLError("Unknown operation named \"\(name)\".")
        }
        return operation
    }
}

/// A response to a client: §7.1.
package struct Response {
    /// The result: null if an error leaves nothing of it, nil if nothing was executed.
    package let data: Value?
    package let errors: [GraphQLError]
    /// Errors whose details the client does not get.
    package let unexpected: [any Error]

    /// The response to a request that is not executed.
    package init(refusing errors: [GraphQLError]) {
        self.init(data: nil, errors: errors, unexpected: [])
    }

    init(data: Value?, errors: [GraphQLError], unexpected: [any Error]) {
        self.data = data
        self.errors = errors
        self.unexpected = unexpected
    }

    /// The response as JSON.
    package var json: [UInt8] {
        var members: [Value.Member] = []
        if !errors.isEmpty { members.append(.init("errors", .list(errors.map(\.value)))) }
        if let data { members.append(.init("data", data)) }
        return Value.object(members).json
    }
}

/// Limits of one request. A document of a few bytes can ask for much work.
package struct Limits: Sendable {
    /// Maximum number of tokens in a document. The introspection query of most clients has 400.
    package var tokens = 15_000
    /// Maximum number of characters in a name. Errors quote names.
    package var name = 1_000
    /// Maximum nesting of selection sets, values and types. A fragment counts at each place where it is spread.
    package var depth = 64
    /// Maximum number of fields that validation visits with every fragment of every operation expanded, and maximum
    /// number of fields and parts of argument values in an execution.
    package var fields = 100_000
    /// Maximum number of errors in a response.
    package var errors = 100

    package init() {}
}
