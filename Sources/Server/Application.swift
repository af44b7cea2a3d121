package import FastCGI
import HTTPTypes
package import Logging

/// Answers requests: finds the route, authenticates, calls the handler, and logs one line. It never throws.
package struct Application: Sendable {
    private let router: Router
    private let metrics: Metrics
    private let logger: Logger

    package init(router: Router, metrics: Metrics, logger: Logger) {
        self.router = router
        self.metrics = metrics
        self.logger = logger
    }

    package func respond(to fastCGIRequest: FastCGIRequest) {
        let response = respond(to: Request(fastCGIRequest))
        fastCGIRequest.write(response.cgiBytes)
        do {
            try response.rest?.send(to: fastCGIRequest.write)
        } catch {
            // The status is already sent, so the only signal to the client is a broken connection.
            logger.error("a response was cut off", metadata: ["cause": "\(error)"])
            fastCGIRequest.abort()
        }
    }

    package func respond(to request: Request) -> Response {
        metrics.measuring(request.head.method) { answer(request) }
    }

    private func answer(_ request: Request) -> Metrics.Answer {
        let start = ContinuousClock.now
        let api = router.api(for: request)
        var entry = RequestLogEntry(request)
        var response: Response
        do {
            response = try handle(request, in: api, entry: &entry)
        } catch {
            metrics.count(error)
            let problem = Problem(error)
            entry.problem = problem
            response = api.answer(problem, request)
        }
        finish(&response, for: request, cors: api.cors)
        let duration = start.duration(to: .now)
        entry.log(response, duration: duration, to: logger)
        return Metrics.Answer(response: response, route: entry.route, duration: duration)
    }

    /// Adds the header fields of all responses.
    private func finish(_ response: inout Response, for request: Request, cors: CORSPolicy) {
        response.headerFields.append(contentsOf: cors.headerFields(for: request))
        // Joins all values in one field: nginx copies only the first field to the response that it sends for an
        // X-Accel-Redirect.
        response.headerFields[.vary] = response.headerFields[.vary]
        response.headerFields[.xRequestID] = request.id
        // RFC 9110 §15.3.5 and §15.4.5: 204 and 304 have no content, so they have no Content-Length.
        if response.status != .noContent, response.status != .notModified,
            response.headerFields[.xAccelRedirect] == nil, response.rest == nil
        {
            response.headerFields[.contentLength] = String(response.body.count)
        }
        if request.head.method == .head { (response.body, response.rest) = ([], nil) }
    }

    private func handle(_ unmatched: Request, in api: API, entry: inout RequestLogEntry) throws -> Response {
        guard unmatched.target != nil else {
            throw Problem.badRequest("The request target is not a path with valid percent-encoded UTF-8.")
        }
        guard let (route, parameters) = api.route(for: unmatched.path) else {
            throw Problem.notFound("There is nothing at this path.")
        }
        let request = unmatched.matched(by: route, parameters)
        entry.route = route.template.text
        if request.head.method == .options, !route.methods.contains(.options) {
            return options(of: route, for: request, cors: api.cors)
        }
        switch try route.handler(for: request.head.method) {
        case .open(let handler):
            try prepare(request)
            return try handler(request)
        case .authenticated(let handler):
            let principal = try api.authenticate(request)
            entry.principal = principal
            try prepare(request)
            return try handler(request, principal)
        }
    }

    /// Marks requests that may write as long-running: they may wait for the store's only writer, and must not hold up
    /// requests that only read.
    /// - Throws: a problem with status 503.
    private func prepare(_ request: Request) throws {
        let isSafe = [.get, .head, .options].contains(request.head.method)
        if !isSafe { try request.willTakeLong() }
    }

    private func options(of route: Route, for request: Request, cors: CORSPolicy) -> Response {
        var response = Response(.noContent, headerFields: [.allow: route.allow])
        response.headerFields.append(contentsOf: cors.preflightHeaderFields(for: request, allow: route.allow))
        return response
    }
}

/// The release of this program.
package enum Release {
    /// Semantic Versioning 2.0.
    package static let version = "0.1.0"
}
