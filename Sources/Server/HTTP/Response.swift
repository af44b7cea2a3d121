import FoundationEssentials
package import HTTPTypes
import ProfileImages

/// One HTTP response, in memory except for `rest`. nginx sends large files (`X-Accel-Redirect`).
package struct Response: Equatable, Sendable {
    package var status: HTTPResponse.Status
    package var headerFields: HTTPFields
    package var body: [UInt8]
    /// The content after `body`.
    package var rest: BodyStream?
    /// An error in this server that did not prevent the response, only for the log.
    package var cause: String?

    package init(
        _ status: HTTPResponse.Status,
        headerFields: HTTPFields = [:],
        body: [UInt8] = [],
        rest: BodyStream? = nil
    ) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
        self.rest = rest
    }

    /// Returns a response whose body the web server gets from the object store.
    static func delivery(_ delivery: Delivery, headerFields: HTTPFields) -> Response {
        var response = Response(.ok, headerFields: headerFields)
        switch delivery {
        case .internalRedirect(let path): response.headerFields[.xAccelRedirect] = path
        }
        return response
    }

    /// The response without `rest`, in the output format of CGI programs with a `Status` line: RFC 3875 §6.3.
    package var cgiBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024 + body.count)
        bytes += "Status: \(status.code) \(status.reasonPhrase)\r\n".utf8
        for field in headerFields {
            bytes += field.name.rawName.utf8
            bytes += ": ".utf8
            bytes += field.value.utf8
            bytes += "\r\n".utf8
        }
        bytes += "\r\n".utf8
        bytes += body
        return bytes
    }
}

extension Response {
    /// Returns a response with `value` as JSON.
    static func json(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        contentType: String = "application/json",
        headerFields: HTTPFields = [:]
    ) throws -> Response {
        let json = try Array(JSONEncoder.standard().encode(value))
        return .json(json, status: status, contentType: contentType, headerFields: headerFields)
    }

    /// Returns a response with a JSON text.
    static func json(
        _ text: [UInt8],
        status: HTTPResponse.Status = .ok,
        contentType: String = "application/json",
        headerFields: HTTPFields = [:]
    ) -> Response {
        var response = Response(status, headerFields: headerFields, body: text)
        response.headerFields[.contentType] = contentType
        return response
    }
}

extension Response {
    /// Returns a response with `bytes` as Base64 text, RFC 4648 §4.
    static func base64(_ bytes: [UInt8], headerFields: HTTPFields) -> Response {
        var fields = headerFields
        fields[.contentType] = "text/plain; charset=us-ascii"
        return Response(.ok, headerFields: fields, body: Array(Data(bytes).base64EncodedData()))
    }
}

/// The part of a response that is made while it is sent, because the whole would take too much memory.
package final class BodyStream: Equatable, Sendable {
    private let make: @Sendable (_ write: ([UInt8]) -> Void) throws -> Void

    /// - Parameter make: calls `write` with the bytes, piece by piece.
    init(_ make: @escaping @Sendable (_ write: ([UInt8]) -> Void) throws -> Void) {
        self.make = make
    }

    package func send(to write: ([UInt8]) -> Void) throws {
        try make(write)
    }

    package static func == (one: BodyStream, other: BodyStream) -> Bool {
        one === other
    }
}

extension HTTPField.Name {
    /// Identifies a request in logs, responses and problems.
    package static let xRequestID = Self.known("X-Request-ID")
    /// Makes nginx send a file of an internal location: ngx_http_proxy_module, `proxy_ignore_headers`.
    static let xAccelRedirect = Self.known("X-Accel-Redirect")

    /// RFC 7034 §2.
    static let xFrameOptions = Self.known("X-Frame-Options")

    /// www.w3.org/TR/fetch-metadata, §2.4.
    static let secFetchSite = Self.known("Sec-Fetch-Site")

    /// RFC 8288 §3.
    static let link = Self.known("Link")
    /// The number of seconds that nginx caches a response: ngx_http_fastcgi_module, `fastcgi_ignore_headers`.
    static let xAccelExpires = Self.known("X-Accel-Expires")

    private static func known(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("\(name) is a token") }
        return name
    }
}

/// The header fields that say which caches may keep a response, and for how long: RFC 9111.
enum CachePolicy {
    /// No cache keeps the response.
    static let never: HTTPFields = [.cacheControl: "no-store"]

    /// No cache keeps the response, which depends on the credential.
    static let neverPrivate: HTTPFields = [.cacheControl: "private, no-store", .vary: "Authorization"]

    /// The browser keeps the response, which depends on the credential, and asks before each use.
    static let revalidated: HTTPFields = [.cacheControl: "private, no-cache", .vary: "Authorization"]

    /// Every cache keeps the response for `seconds`.
    static func shared(seconds: Int) -> HTTPFields {
        [.cacheControl: "public, max-age=\(seconds)"]
    }

    /// nginx keeps a picture that is drawn or rendered for a request for a fifth of `maxAge` seconds, and all other caches
    /// for the rest, so that no answer is older than `maxAge`.
    static func drawn(maxAge: Int) -> HTTPFields {
        [.cacheControl: "public, max-age=\(maxAge - maxAge / 5)", .xAccelExpires: String(maxAge / 5)]
    }
}
