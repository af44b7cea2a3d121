/// A request that can be executed.
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

    /// Reads a request and checks it: §5, §6.1.
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

    /// Whether it asks for changes.
    package var isMutation: Bool {
        operation.kind == .mutation
    }

    /// How many fields it asks for where the operation begins.
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

    /// Executes it, on the object where operations of its kind begin.
    package func response(from root: any ObjectSource) -> Response {
        var executor = Executor(schema: schema, document: document, variables: variables, limits: limits)
        return executor.response(to: operation, root: root)
    }
}

extension Document {
    /// §6.1.1
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
