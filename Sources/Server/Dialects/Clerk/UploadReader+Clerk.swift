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
                try bytes.decodeText()
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
}

extension [UInt8] {
    /// Replaces a text in Base64, or a data URI of one, by what it stands for; line breaks in it mean nothing. What does not
    /// begin as such a text stays as it is: its content decides.
    fileprivate mutating func decodeText() throws(Problem) {
        var start = 0
        if starts(with: "data:".utf8), let comma = prefix(256).firstIndex(of: UInt8(ascii: ",")) { start = comma + 1 }
        // No picture begins with so many letters.
        guard dropFirst(start).prefix(1024).allSatisfy(\.isBase64) else { return }
        removeSubrange(..<start)
        removeAll(where: \.isLineBreak)
        do {
            try decodeBase64(in: indices)
        } catch {
            throw Problem(
                .badRequest,
                clerk: .bodyInvalid,
                "The picture's text is not Base64, padded, from its beginning to its end."
            )
        }
    }
}

extension UInt8 {
    fileprivate var isLineBreak: Bool {
        self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r")
    }

    fileprivate var isBase64: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: isLineBreak
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
