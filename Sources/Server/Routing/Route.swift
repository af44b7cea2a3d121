import HTTPTypes

/// One path with a handler for each method.
struct Route: Sendable {
    /// The function that answers a request.
    enum Handler: Sendable {
        /// Needs no credential.
        case open(@Sendable (Request) throws -> Response)
        /// Needs a credential; the handler decides which actions its principal may perform.
        case authenticated(@Sendable (Request, Principal) throws -> Response)
    }

    let template: PathTemplate
    private let handlers: [HTTPRequest.Method: Handler]

    /// - Parameter template: for example `/users/{id}/profileimage`; handlers read `request.parameters["id"]`.
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

    /// Returns the handler; HEAD has the handler of GET, RFC 9110 §9.3.2.
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

    /// Returns this route below the path `prefix`.
    func mounted(at prefix: String) -> Route {
        Route(template.mounted(at: prefix), handlers)
    }

    /// Returns this route; `handlers` replace its handlers for the same methods.
    func replacing(_ handlers: [HTTPRequest.Method: Handler]) -> Route {
        Route(template, self.handlers.merging(handlers) { $1 })
    }
}

/// The path of a route: literal segments, and parameters in braces, like `/users/{id}/profileimage`.
struct PathTemplate: Equatable, Sendable {
    private enum Segment: Equatable {
        case literal(String)
        case parameter(String)
    }

    let text: String
    private let segments: [Segment]

    init(_ text: String) {
        self.text = text
        segments = text.split(separator: "/").map {
            $0.hasPrefix("{") ? .parameter(String($0.dropFirst().dropLast())) : .literal(String($0))
        }
    }

    /// Returns this template below the path `prefix`.
    func mounted(at prefix: String) -> PathTemplate {
        PathTemplate(prefix + text)
    }

    /// Returns the values of the parameters; nil if the path does not match.
    func parameters(of path: [String]) -> PathParameters? {
        guard path.count == segments.count else { return nil }
        var values: [(name: String, value: String)] = []
        for (segment, value) in zip(segments, path) {
            switch segment {
            case .literal(let text): guard text == value else { return nil }
            case .parameter(let name): values.append((name, value))
            }
        }
        return PathParameters(values: values)
    }

    /// Returns the number of segments up to and including the last literal `name`; nil if there is none.
    func depth(of name: String) -> Int? {
        segments.lastIndex(of: .literal(name)).map { $0 + 1 }
    }
}

/// The decoded path segments for the parameters of a template.
struct PathParameters: Sendable {
    fileprivate let values: [(name: String, value: String)]

    static let none = PathParameters(values: [])

    /// Nil if the template has no parameter with this name.
    subscript(name: String) -> String? {
        values.first { $0.name == name }?.value
    }
}
