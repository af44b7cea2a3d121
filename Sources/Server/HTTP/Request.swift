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

    /// The decoded segments of the path.
    var segments: [String] {
        target?.segments ?? []
    }

    /// The request as what is mounted at a path of `count` segments sees it.
    func below(_ count: Int) -> Request {
        Request(
            head: head,
            target: target?.below(count),
            id: id,
            remoteUser: remoteUser,
            giveUpPlace: giveUpPlace,
            readBody: readBody
        )
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
