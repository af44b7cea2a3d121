package import HTTPTypes
import ProfileImages

/// One HTTP request: its head is there, its body is read when a handler asks for it.
package struct Request {
    package let head: HTTPRequest
    /// The path and the query of the head; nil when they are malformed.
    package let target: RequestTarget?
    /// Names the request in logs and answers.
    package let id: String
    /// The user that the web server itself has authenticated, if any: the CGI variable `REMOTE_USER`, RFC 3875 §4.1.11.
    package let remoteUser: String?
    /// The parameters of the route's template.
    private(set) var parameters = PathParameters.none
    /// The template of the route; nil until one is found.
    private(set) var template: PathTemplate?
    private let giveUpPlace: () -> Bool
    private let readBody: (_ limit: Int) throws -> [UInt8]

    package init(
        head: HTTPRequest,
        target: RequestTarget?,
        id: String,
        remoteUser: String?,
        giveUpPlace: @escaping () -> Bool = { true },
        readBody: @escaping (_ limit: Int) throws -> [UInt8]
    ) {
        self.head = head
        self.target = target
        self.id = id
        self.remoteUser = remoteUser
        self.giveUpPlace = giveUpPlace
        self.readBody = readBody
    }

    /// The whole body.
    /// - Throws: `FastCGIBodyError`, also when it is longer than `limit` bytes.
    func body(upTo limit: Int) throws -> [UInt8] {
        try readBody(limit)
    }

    /// To be called before work that takes more than a moment, or waits: others are answered meanwhile.
    /// - Throws: a problem with status 503 when so many requests take long that no worker would be left for the others.
    func willTakeLong() throws(Problem) {
        guard giveUpPlace() else { throw .tooManyLongRequests }
    }

    /// The decoded segments of the path. Handlers read `parameters`.
    var path: [String] {
        target?.segments ?? []
    }

    /// The same request with the parameters that `route` has in its path.
    func matched(by route: Route, _ parameters: PathParameters) -> Request {
        var request = self
        (request.template, request.parameters) = (route.template, parameters)
        return request
    }

    /// The path up to and with the literal segment `name` of the route's template, as the client wrote it.
    func path(through name: String) -> String {
        let raw = (head.path ?? "").prefix { $0 != "?" }.split(separator: "/")
        return raw.prefix(template?.depth(of: name) ?? 0).map { "/\($0)" }.joined()
    }

    /// The value of the first query item called `name`.
    func query(_ name: String) -> String? {
        target?.query.first { $0.name == name }?.value
    }

    /// `scheme://host[:port]`, as the client sees this server.
    var origin: String? {
        guard let scheme = head.scheme, let authority = head.authority else { return nil }
        return "\(scheme)://\(authority)"
    }

    /// What must hold for a change to be made.
    var precondition: Precondition {
        Precondition(
            ifMatch: EntityTag.strongMatch(head.headerFields[.ifMatch]),
            ifNoneMatch: EntityTag.weakMatch(head.headerFields[.ifNoneMatch])
        )
    }
}

extension Problem {
    fileprivate static let tooManyLongRequests = Problem(
        .serviceUnavailable,
        code: "busy",
        "Too many uploads and changes are in progress now. Try again.",
        cause: "seven eighths of the workers have long requests",
        headerFields: [.retryAfter: "5"]
    )
}
