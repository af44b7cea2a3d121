import Bytes
import HTTPTypes
import Imaging
import ProfileImages

/// A file in a request, with its description.
struct Upload {
    private(set) var bytes: [UInt8]
    /// The name of the form field; empty if the body is the file itself.
    let field: String
    /// The file name from the client, without folders and control characters; empty if the client sends none.
    let name: String
    /// The declared media type. For pictures the content decides, not the declaration.
    let mediaType: String
    /// The other fields of the form by their names in lower case.
    let fields: [String: String]
}

extension Upload {
    /// The maximum length of a file name, in UTF-8 bytes.
    static let maxNameBytes = 255
    /// Longer fields of a form are ignored, because no known field is so long.
    private static let maxFieldBytes = 1024
    private static let defaultMediaType = "application/octet-stream"

    /// A body that is the file itself.
    init(_ bytes: [UInt8], contentType: String) {
        self.init(
            bytes: bytes,
            field: "",
            name: "",
            mediaType: contentType.isEmpty ? Self.defaultMediaType : contentType,
            fields: [:]
        )
    }

    /// Decodes the file if it is the Base64 text of a picture.
    /// - Throws: a problem with status 400.
    mutating func decodeText() throws(Problem) {
        do {
            try bytes.decodePictureText()
        } catch {
            throw Problem(
                .badRequest,
                code: "bad-base64",
                "The picture's text is not valid Base64 with padding (RFC 4648 §4)."
            )
        }
    }

    /// Reads the file of a form that contains exactly one file.
    /// - Throws: `Problem`, or `MultipartForm.Failure`.
    init(form body: consuming [UInt8], boundary: String) throws {
        let (file, head) = try Self.file(in: body, boundary: boundary)
        // In place, because a copy would double the memory.
        body.removeSubrange(file.upperBound...)
        body.removeSubrange(..<file.lowerBound)
        self.init(bytes: body, field: head.field, name: head.name, mediaType: head.mediaType, fields: head.fields)
    }

    /// Returns the position of the file in the form, and its description as an upload without bytes.
    private static func file(in body: [UInt8], boundary: String) throws -> (Range<Int>, Upload) {
        let form = try MultipartForm(body, boundary: boundary)
        guard form.files.count == 1 else {
            throw Problem(
                .badRequest,
                code: "bad-form",
                "The form has \(form.files.count) files; send exactly one.",
                found: String(form.files.count)
            )
        }
        let file = form.files[0]
        let others = form.parts.filter {
            $0.content.indices != file.content.indices && $0.content.count <= maxFieldBytes
        }
        let fields = others.map { ($0.name.lowercased(), String(decoding: $0.content, as: UTF8.self)) }
        guard fields.allSatisfy(\.1.isStreamSafe) else {
            throw MultipartForm.Failure.malformed("a field has over 30 combining marks in a row")
        }
        let head = Upload(
            bytes: [],
            field: file.name,
            name: sanitized(file.filename ?? ""),
            mediaType: file.contentType ?? defaultMediaType,
            fields: Dictionary(fields) { first, _ in first }
        )
        return (file.content.indices, head)
    }

    private static func sanitized(_ filename: String) -> String {
        // By Unicode scalars: a slash with a combining mark is another `Character`, but still separates folders.
        let parts = filename.unicodeScalars.split { $0 == "/" || $0 == "\\" }
        let last = (parts.last.map(Array.init) ?? []).filter { $0.properties.generalCategory != .control }
        var name = ""
        for character in String(String.UnicodeScalarView(last)) {
            guard name.utf8.count + character.utf8.count <= maxNameBytes else { break }
            name.append(character)
        }
        return name
    }
}

/// Reads the files in requests, with the size limit and the memory of one kind of files.
struct UploadReader: Sendable {
    /// The maximum size of a file, in bytes.
    let maxBytes: Int
    /// The memory that files use until they are stored or refused.
    let memory: MemoryBudget
    /// Is informed of pictures that are refused before they are decoded; nil for documents.
    var observer: (any UploadObserver)?

    /// Returns a reader with a smaller limit, if `limit` is smaller.
    func upTo(_ limit: Int?) -> UploadReader {
        UploadReader(maxBytes: min(maxBytes, limit ?? maxBytes), memory: memory, observer: observer)
    }

    /// Runs `body` with the picture in the request; its memory is reserved until `body` returns. The picture is the
    /// body itself, the file of a form, or Base64 text or a data URI. Only a body with a text type may have the length
    /// of the Base64 text of the largest file.
    /// - Throws: `ImageError.busy` if the memory is not free in time; the errors of reading the upload.
    func withPicture<Value>(of request: Request, _ body: (Upload) throws -> Value) throws -> Value {
        let longest = request.declaresText ? [UInt8].base64Length(of: maxBytes) + Self.dataURIOverhead : maxBytes
        return try holding(telling { try memory.reserve(request.announcedLength(upTo: longest)) }) {
            try body(
                telling {
                    var upload = try request.upload(upTo: longest)
                    try upload.decodeText()
                    guard upload.bytes.count <= maxBytes else {
                        throw CodedError.tooManyBytes(upload.bytes.count, limit: maxBytes)
                    }
                    return upload
                }
            )
        }
    }

    /// Runs `body` with the file in the request, unchanged; its memory is reserved until `body` returns.
    /// - Throws: `ImageError.busy` if the memory is not free in time; the errors of reading the upload.
    func withUpload<Value>(of request: Request, _ body: (Upload) throws -> Value) throws -> Value {
        try holding(telling { try memory.reserve(request.announcedLength(upTo: maxBytes)) }) {
            try body(telling { try request.upload(upTo: maxBytes) })
        }
    }

    /// Runs `body` with a request body that may contain a file as Base64 text; its memory is reserved until `body`
    /// returns. The caller must check the file's length: the file may exceed `maxBytes` if the rest of the body is
    /// short.
    /// - Throws: `ImageError.busy` if the memory is not free in time; `FastCGIBodyError`.
    func withBase64<Value>(of request: Request, _ body: (consuming [UInt8]) throws -> Value) throws -> Value {
        let longest = [UInt8].base64Length(of: maxBytes)
        return try holding(memory.reserve(request.announcedLength(upTo: longest))) {
            try body(request.body(upTo: longest + Request.maxJSONBytes))
        }
    }

    /// Longer than the prefix of a data URI, and longer than all line breaks in the longest text with lines of 64
    /// characters.
    private static let dataURIOverhead = 512 * 1024

    /// Informs the observer if `read` throws.
    private func telling<Value: ~Copyable>(_ read: () throws -> Value) throws -> Value {
        do {
            return try read()
        } catch {
            observer?.uploadEnded(with: error)
            throw error
        }
    }

    private func holding<Value>(_ memory: borrowing MemoryBudget.Reservation, _ body: () throws -> Value) rethrows
        -> Value
    {
        try body()
    }
}
