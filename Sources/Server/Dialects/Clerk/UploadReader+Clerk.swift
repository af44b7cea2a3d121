import FoundationEssentials
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
            // Base64 takes a third more than what it stands for, and the beginning of a URI.
            let text = UploadReader(maxBytes: (maxBytes + 2) / 3 * 4 + 256, memory: memory, observer: observer)
            return try text.withUpload(of: request) { upload in
                let bytes = Self.decoded(upload.bytes)
                guard bytes.count <= maxBytes else { throw Problem(tooManyBytes: bytes.count, limit: maxBytes) }
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

    /// What is no Base64 is taken as it is: its content decides.
    private static func decoded(_ text: [UInt8]) -> [UInt8] {
        var base64 = text[...]
        if text.starts(with: "data:".utf8), let comma = text.prefix(256).firstIndex(of: UInt8(ascii: ",")) {
            base64 = text[(comma + 1)...]
        }
        return Data(base64Encoded: Data(base64), options: .ignoreUnknownCharacters).map(Array.init)
            .flatMap { $0.isEmpty ? nil : $0 } ?? text
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
