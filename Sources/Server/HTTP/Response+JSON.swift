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
        let json = try Array(encoder.encode(value))
        return .json(json, status: status, contentType: contentType, headerFields: headerFields)
    }

    /// A response with a JSON text.
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
