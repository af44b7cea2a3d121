import HTTPTypes

/// Routes that share their credentials, their way of writing errors and their CORS policy: portraitd's own API, or one of
/// another system that a dialect speaks.
struct API: Sendable {
    typealias Authentication = @Sendable (Request) throws -> Principal
    typealias ErrorFormat = @Sendable (Problem, Request) -> Response

    let routes: [Route]
    /// Whether a path belongs to this API. A path without a route gets this API's 404.
    let owns: @Sendable (_ path: [String]) -> Bool
    /// Tells who makes a request.
    /// - Throws: a `Problem` with status 401 or 403, or what the metadata store throws.
    let authenticate: Authentication
    /// The answer to a request that failed.
    let answer: ErrorFormat
    /// Which web pages of other origins may call it.
    let cors: CORSPolicy

    init(
        _ routes: [Route],
        owns: @escaping @Sendable (_ path: [String]) -> Bool,
        authenticate: @escaping Authentication,
        answer: @escaping ErrorFormat,
        cors: CORSPolicy
    ) {
        self.routes = routes
        self.owns = owns
        self.authenticate = authenticate
        self.answer = answer
        self.cors = cors
    }

    /// The route of `path` with its parameters; nil if there is none.
    func route(for path: [String]) -> (route: Route, parameters: PathParameters)? {
        for route in routes {
            if let parameters = route.template.parameters(of: path) { return (route, parameters) }
        }
        return nil
    }
}
