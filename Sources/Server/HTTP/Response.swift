package import HTTPTypes
import ProfileImages

/// One HTTP response, whole in memory but for `rest`: what is large is sent by nginx (`X-Accel-Redirect`).
package struct Response: Equatable, Sendable {
    package var status: HTTPResponse.Status
    package var headerFields: HTTPFields
    package var body: [UInt8]
    /// What follows the body.
    package var rest: BodyStream?
    /// What went wrong on our side all the same, for the log only.
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

    /// An answer whose body the web server gets from an object store.
    static func delivery(_ delivery: Delivery, headerFields: HTTPFields) -> Response {
        var response = Response(.ok, headerFields: headerFields)
        switch delivery {
        case .internalRedirect(let path): response.headerFields[.xAccelRedirect] = path
        }
        return response
    }

    /// The response without its rest, as a CGI program prints it, RFC 3875 §6.3, with a `Status` line.
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
