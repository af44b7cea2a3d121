import FoundationEssentials
import HTTPTypes

extension Response {
    /// A response with `bytes` as Base64 text, RFC 4648 §4.
    static func base64(_ bytes: [UInt8], headerFields: HTTPFields) -> Response {
        var fields = headerFields
        fields[.contentType] = "text/plain; charset=us-ascii"
        return Response(.ok, headerFields: fields, body: Array(Data(bytes).base64EncodedData()))
    }
}
