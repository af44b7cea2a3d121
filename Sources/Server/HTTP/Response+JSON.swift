import FoundationEssentials
import HTTPTypes

extension Response {
    /// A response with `value` as JSON.
    static func json(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        contentType: String = "application/json",
        headerFields: HTTPFields = [:]
    ) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var response = Response(status, headerFields: headerFields, body: try Array(encoder.encode(value)))
        response.headerFields[.contentType] = contentType
        return response
    }
}
