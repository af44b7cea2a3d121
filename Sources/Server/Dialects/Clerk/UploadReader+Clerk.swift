import HTTPTypes
import ProfileImages

extension UploadReader {
    /// The field of a form that holds the picture.
    private static let field = "file"

    /// Runs `body` with the picture that the request brings: the file of a form; where `takesText` says so, also a text in
    /// Base64 or a data URI (RFC 2397).
    /// - Throws: a `Problem` in Clerk's words, and what reading the upload throws.
    func withClerkUpload<Value>(
        of request: Request,
        takesText: Bool = false,
        _ body: (NewImage) throws -> Value
    ) throws -> Value {
        let type = ParameterizedValue(request.head.headerFields[.contentType] ?? "").value
        switch type {
        case "multipart/form-data":
            return try withUpload(of: request) { upload in
                guard upload.field == Self.field else { throw Problem.clerkFileMissing }
                return try body(NewImage(upload.bytes, name: upload.name))
            }
        case "application/octet-stream" where takesText:
            return try withBase64(of: request) { (bytes: consuming [UInt8]) in
                do {
                    try bytes.decodePictureText()
                } catch {
                    throw Problem(
                        .badRequest,
                        clerk: .bodyInvalid,
                        "The picture's text is not Base64, padded, from its beginning to its end."
                    )
                }
                guard bytes.count <= maxBytes else { throw CodedError.tooManyBytes(bytes.count, limit: maxBytes) }
                return try body(NewImage(bytes))
            }
        case "" where request.head.headerFields[.contentLength] == "0": throw Problem.clerkFileMissing
        default:
            throw Problem(
                .unsupportedMediaType,
                clerk: .contentTypeUnsupported,
                "Send multipart/form-data with the picture as the file \"\(Self.field)\"."
            )
        }
    }
}

extension Problem {
    fileprivate static var clerkFileMissing: Problem {
        Problem(
            .badRequest,
            clerk: .parameterMissing,
            "The request must hold the picture as the file \"file\" of a form.",
            parameter: "file"
        )
    }
}
