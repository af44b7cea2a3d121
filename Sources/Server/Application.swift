package import FastCGI
import HTTPTypes
package import Logging

/// Answers requests: finds the route, authenticates, calls the handler, and logs one line. It never throws.
package struct Application: Sendable {
    private let dialects: Dialects
    private let metrics: Metrics
    private let logger: Logger

    package init(dialects: Dialects, metrics: Metrics, logger: Logger) {
        self.dialects = dialects
        self.metrics = metrics
        self.logger = logger
    }

    /// Answers one FastCGI request.
    package func respond(to fastCGIRequest: FastCGIRequest) {
        let response = respond(to: Request(fastCGIRequest))
        fastCGIRequest.write(response.cgiBytes)
        do {
            try response.rest?.send(to: fastCGIRequest.write)
        } catch {
            // The head has gone out, so that only a broken connection can tell the client.
            logger.error("a response was cut off", metadata: ["cause": "\(error)"])
            fastCGIRequest.abort()
        }
    }

    /// Answers one request.
    package func respond(to request: Request) -> Response {
        metrics.measuring(request.head.method) { answer(request) }
    }

    private func answer(_ request: Request) -> Metrics.Answer {
        let start = ContinuousClock.now
        let dialect = dialects.dialect(for: request)
        var entry = RequestLogEntry(request)
        var response: Response
        do {
            response = try handle(request, in: dialect, entry: &entry)
        } catch {
            metrics.count(error)
            let problem = Problem(error)
            entry.problem = problem
            response = dialect.response(to: problem, of: request)
        }
        finish(&response, for: request, cors: dialect.cors)
        let duration = start.duration(to: .now)
        entry.log(response, duration: duration, to: logger)
        return Metrics.Answer(response: response, route: entry.route, duration: duration)
    }

    /// Adds what every answer has.
    private func finish(_ response: inout Response, for request: Request, cors: CORSPolicy) {
        response.headerFields.append(contentsOf: cors.headerFields(for: request))
        // One field: nginx passes only the first to the answer that it sends for an X-Accel-Redirect.
        response.headerFields[.vary] = response.headerFields[.vary]
        response.headerFields[.xRequestID] = request.id
        // RFC 9110 §15.3.5 and §15.4.5: 204 and 304 have no content, so no length either.
        if response.status != .noContent, response.status != .notModified,
            response.headerFields[.xAccelRedirect] == nil, response.rest == nil
        {
            response.headerFields[.contentLength] = String(response.body.count)
        }
        if request.head.method == .head { (response.body, response.rest) = ([], nil) }
    }

    private func handle(_ request: Request, in dialect: any Dialect, entry: inout RequestLogEntry) throws -> Response {
        let resource = try dialect.resource(for: request)
        entry.route = resource.template
        if request.head.method == .options, !resource.methods.contains(.options) {
            return options(of: resource, for: request, cors: dialect.cors)
        }
        switch try resource.handler(for: request.head.method) {
        case .open(let handler):
            try prepare(request)
            return try handler(request)
        case .authenticated(let handler):
            let principal = try dialect.authenticate(request)
            entry.principal = principal
            try prepare(request)
            return try handler(request, principal)
        }
    }

    /// What changes something may wait for the store's one writer: not in the place of a request that only reads.
    private func prepare(_ request: Request) throws {
        let isSafe = [.get, .head, .options].contains(request.head.method)
        if !isSafe { try request.willTakeLong() }
    }

    private func options(of resource: Resource, for request: Request, cors: CORSPolicy) -> Response {
        var response = Response(.noContent, headerFields: [.allow: resource.allow])
        response.headerFields.append(contentsOf: cors.preflightHeaderFields(for: request, allow: resource.allow))
        return response
    }
}
