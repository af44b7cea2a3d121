package import HTTPTypes

/// What is at one path: a handler for each method.
package struct Resource: Sendable {
    /// A function that answers a request.
    package enum Handler: Sendable {
        /// Anybody may call it.
        case open(@Sendable (Request) throws -> Response)
        /// Only who has proven who they are; the handler decides what they may do.
        case authenticated(@Sendable (Request, Principal) throws -> Response)
    }

    /// The path, with braces around the segments that vary: `/users/{id}/profileimage`.
    let template: String
    /// The path's segments; nil for one that varies.
    private let segments: [String?]
    private let handlers: [HTTPRequest.Method: Handler]

    package init(_ template: String, _ handlers: [HTTPRequest.Method: Handler]) {
        self.template = template
        segments = template.split(separator: "/").map { $0.hasPrefix("{") ? nil : String($0) }
        self.handlers = handlers
    }

    /// The methods that have a handler of their own.
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

    func matches(_ path: [String]) -> Bool {
        path.count == segments.count && zip(segments, path).allSatisfy { $0 == nil || $0 == $1 }
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

    /// The same below another path.
    func mounted(at path: String) -> Resource {
        let count = path.split(separator: "/").count
        return Resource(
            path + template,
            handlers.mapValues { handler in
                switch handler {
                case .open(let answer): .open { try answer($0.below(count)) }
                case .authenticated(let answer): .authenticated { try answer($0.below(count), $1) }
                }
            }
        )
    }

    /// The same with other handlers of some methods.
    func replacing(_ handlers: [HTTPRequest.Method: Handler]) -> Resource {
        Resource(template, self.handlers.merging(handlers) { $1 })
    }
}
