import HTTPTypes

extension Problem {
    /// The members of the JSON object, RFC 9457 §3.1 and our extensions.
    private struct Details: Encodable {
        let type = "about:blank"
        let title: String
        let status: Int
        let detail: String
        let code: String
        let requestId: String
        let found: String?
        let allowed: [String]?
        let limit: Int?
        let pointer: String?
        let parameter: String?
    }

    /// The problem as an answer to the request called `requestID`.
    func response(requestID: String) -> Response {
        let details = Details(
            title: status.reasonPhrase,
            status: status.code,
            detail: detail,
            code: code,
            requestId: requestID,
            found: found,
            allowed: allowed,
            limit: limit,
            pointer: pointer,
            parameter: parameter
        )
        let response = try? Response.json(
            details,
            status: status,
            contentType: "application/problem+json",
            headerFields: headerFields
        )
        return response ?? Response(status, headerFields: headerFields)
    }
}
