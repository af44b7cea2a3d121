import HTTPTypes

/// One path with a handler for each method.
struct Route: Sendable {
    /// A function that answers a request.
    enum Handler: Sendable {
        /// Needs no credential.
        case open(@Sendable (Request) throws -> Response)
        /// Needs a credential; the handler decides what its principal may do.
        case authenticated(@Sendable (Request, Principal) throws -> Response)
    }

    let template: PathTemplate
    private let handlers: [HTTPRequest.Method: Handler]

    /// - Parameter template: `/users/{id}/profileimage`; handlers read `request.parameters["id"]`.
    init(_ template: String, _ handlers: [HTTPRequest.Method: Handler]) {
        self.init(PathTemplate(template), handlers)
    }

    private init(_ template: PathTemplate, _ handlers: [HTTPRequest.Method: Handler]) {
        self.template = template
        self.handlers = handlers
    }

    /// The methods that have a handler.
    var methods: Set<HTTPRequest.Method> {
        Set(handlers.keys)
    }

    /// The value of the `Allow` header, RFC 9110 §10.2.1.
    var allow: String {
        var methods = methods
        methods.insert(.options)
        if methods.contains(.get) { methods.insert(.head) }
        return methods.map(\.rawValue).sorted().joined(separator: ", ")
    }

    /// HEAD is answered by the handler for GET, RFC 9110 §9.3.2.
    /// - Throws: a problem with status 405.
    func handler(for method: HTTPRequest.Method) throws(Problem) -> Handler {
        if let handler = handlers[method == .head ? .get : method] { return handler }
        throw Problem(
            .methodNotAllowed,
            code: "method-not-allowed",
            "\(method.rawValue) is not possible here.",
            found: method.rawValue,
            allowed: allow.split(separator: ", ").map(String.init),
            headerFields: [.allow: allow]
        )
    }

    /// The same route below the path `prefix`.
    func mounted(at prefix: String) -> Route {
        Route(template.mounted(at: prefix), handlers)
    }

    /// The same route with `handlers` in place of its own for their methods.
    func replacing(_ handlers: [HTTPRequest.Method: Handler]) -> Route {
        Route(template, self.handlers.merging(handlers) { $1 })
    }
}
