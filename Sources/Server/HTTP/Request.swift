import Bytes
package import FastCGI
package import HTTPTypes
import ProfileImages

/// One HTTP request. The head is complete; the body is read when a handler needs it.
package struct Request {
    package let head: HTTPRequest
    /// The path and the query; nil if they are malformed.
    package let target: RequestTarget?
    /// Identifies the request in logs and responses.
    package let id: String
    /// The user that the web server has authenticated, if any: the CGI variable `REMOTE_USER`, RFC 3875 §4.1.11.
    package let remoteUser: String?
    /// The values of the parameters in the route's template.
    private(set) var parameters = PathParameters.none
    /// The template of the route; nil until a route is found.
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

    /// Reads the whole body.
    /// - Throws: `FastCGIBodyError`, also if the body is longer than `limit` bytes.
    func body(upTo limit: Int) throws -> [UInt8] {
        try readBody(limit)
    }

    /// Marks this request as long-running. It must be called before long work or waiting, so that other requests are
    /// answered in the meantime.
    /// - Throws: a problem with status 503 if too many requests are long-running.
    func willTakeLong() throws(Problem) {
        guard giveUpPlace() else { throw .tooManyLongRequests }
    }

    /// The decoded segments of the path. Handlers read `parameters`.
    var path: [String] {
        target?.segments ?? []
    }

    /// Returns this request with the template of `route` and the values of its parameters.
    func matched(by route: Route, _ parameters: PathParameters) -> Request {
        var request = self
        (request.template, request.parameters) = (route.template, parameters)
        return request
    }

    /// Returns the beginning of the path, up to and including the literal segment `name` of the template, as the client
    /// wrote it.
    func path(through name: String) -> String {
        let raw = (head.path ?? "").prefix { $0 != "?" }.split(separator: "/")
        return raw.prefix(template?.depth(of: name) ?? 0).map { "/\($0)" }.joined()
    }

    /// Returns the value of the first query item with this name.
    func query(_ name: String) -> String? {
        target?.query.first { $0.name == name }?.value
    }

    /// `scheme://host[:port]` of this server, as the client sees it.
    var origin: String? {
        guard let scheme = head.scheme, let authority = head.authority else { return nil }
        return "\(scheme)://\(authority)"
    }

    /// The conditions for a change, from `If-Match` and `If-None-Match`.
    var precondition: Precondition {
        Precondition(
            ifMatch: EntityTag.strongMatch(head.headerFields[.ifMatch]),
            ifNoneMatch: EntityTag.weakMatch(head.headerFields[.ifNoneMatch])
        )
    }
}

extension Request {
    /// The maximum number of header fields, the same as in nginx. `HTTPFields` traps at 65,535.
    static let maxFields = 1_000

    /// Reads a request from CGI variables, RFC 3875 §4.1, which nginx's `fastcgi_param` lines set.
    ///
    /// `REQUEST_URI` is the raw request target; `PATH_INFO` is decoded already. The target is nil if the method is
    /// unknown, or if there are too many fields.
    package init(_ request: FastCGIRequest) {
        let parameters = request.parameters
        let method = HTTPRequest.Method(parameters["REQUEST_METHOD"] ?? "")
        let fields = Self.headerFields(parameters)
        // Header fields are compared, and their parameters become keys of dictionaries, so their comparison must be
        // cheap.
        let isBounded = parameters.values.allSatisfy { $0.isStreamSafe }
        let target = isBounded ? RequestTarget(rawValue: parameters["REQUEST_URI"] ?? "") : nil
        self.init(
            head: HTTPRequest(
                method: method ?? .get,
                scheme: parameters["REQUEST_SCHEME"] ?? "http",
                authority: parameters["HTTP_HOST"].flatMap(Self.validAuthority),
                path: parameters["REQUEST_URI"],
                headerFields: fields ?? [:]
            ),
            target: method == nil || fields == nil ? nil : target,
            id: parameters["REQUEST_ID"].flatMap { $0.isEmpty ? nil : $0 }
                ?? UInt128.random(in: .min ... .max).hexadecimal,
            remoteUser: parameters["REMOTE_USER"].flatMap { $0.isEmpty ? nil : $0 },
            giveUpPlace: request.willTakeLong,
            readBody: request.readBody(upTo:)
        )
    }

    /// RFC 3875 §4.1.18: `HTTP_IF_MATCH` is the header field `If-Match`. Returns nil if there are too many fields.
    static func headerFields(_ parameters: [String: String]) -> HTTPFields? {
        var fields = HTTPFields()
        for (variable, value) in parameters where variable.hasPrefix("HTTP_") {
            let name = variable.utf8.dropFirst(5).map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
            guard let name = HTTPField.Name(String(decoding: name, as: UTF8.self)) else { continue }
            guard fields.count < maxFields else { return nil }
            // The subscript would split a cookie into one field per semicolon.
            if name == .cookie { fields.append(HTTPField(name: name, value: value)) } else { fields[name] = value }
        }
        fields[.contentType] = parameters["CONTENT_TYPE"].flatMap { $0.isEmpty ? nil : $0 }
        fields[.contentLength] = parameters["CONTENT_LENGTH"].flatMap { $0.isEmpty ? nil : $0 }
        return fields
    }

    /// Returns the authority if it has only the characters of RFC 3986 §3.2.2, without userinfo: it becomes part of
    /// URLs in responses.
    private static func validAuthority(_ text: String) -> String? {
        let isAllowed = { (byte: UInt8) in byte.isASCIIAlphanumeric || "-._~:[]".utf8.contains(byte) }
        return !text.isEmpty && text.utf8.allSatisfy(isAllowed) ? text : nil
    }
}

extension Request {
    /// The maximum size of a JSON body. RFC 8259 sets no limit.
    static let maxJSONBytes = 64 * 1024
    private static let jsonTypes = ["application/json", "application/merge-patch+json"]

    /// Whether the media type is JSON.
    var declaresJSON: Bool {
        Self.jsonTypes.contains(contentType)
    }

    /// Whether the media type is a text type. Base64 text may have one, and browsers declare it for every string.
    var declaresText: Bool {
        declaresJSON || contentType.hasPrefix("text/") || contentType == "application/x-www-form-urlencoded"
    }

    /// Reads the body as a JSON object. A body without a media type counts as JSON.
    /// - Throws: `Problem`, or `FastCGIBodyError`.
    func jsonObject() throws -> JSONObjectReader {
        guard contentType.isEmpty || declaresJSON else {
            throw Problem(
                .unsupportedMediaType,
                code: "unsupported-content-type",
                "Send a JSON object.",
                found: contentType,
                allowed: Self.jsonTypes
            )
        }
        return try JSONObjectReader(body(upTo: Self.maxJSONBytes))
    }

    private var contentType: String {
        ParameterizedValue(head.headerFields[.contentType] ?? "").value
    }
}

extension Request {
    /// Returns the value of the first cookie with this name: RFC 6265 §4.2.1.
    func cookie(_ name: String) -> String? {
        (head.headerFields[.cookie] ?? "").split(separator: ";").lazy
            .map { $0.drop { $0 == " " } }
            .first { $0.hasPrefix("\(name)=") }
            .map { String($0.dropFirst(name.count + 1)) }
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
