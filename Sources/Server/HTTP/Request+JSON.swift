import HTTPTypes
import ProfileImages

extension Request {
    /// The longest JSON body: RFC 8259 sets no bound, so we do.
    static let maxJSONBytes = 64 * 1024
    private static let jsonTypes = ["application/json", "application/merge-patch+json"]

    /// Whether the body is said to be JSON.
    var declaresJSON: Bool {
        Self.jsonTypes.contains(contentType)
    }

    /// Whether the body is said to be text of some kind: Base64 may be, and a browser says so of every string.
    var declaresText: Bool {
        declaresJSON || contentType.hasPrefix("text/") || contentType == "application/x-www-form-urlencoded"
    }

    /// The JSON object in the body. A body of no declared type counts as JSON.
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
