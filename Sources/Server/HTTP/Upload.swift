import HTTPTypes
import StreamSafe

/// What a request brings: a file, and what is said about it.
struct Upload {
    private(set) var bytes: [UInt8]
    /// The name of the form's field that it came in; empty where the body is the file itself.
    let field: String
    /// What its sender calls it, without folders and control characters; empty when they do not say.
    let name: String
    /// What it is declared to be. The content of a picture decides, not this.
    let mediaType: String
    /// The other fields of the form by their names in lower case.
    let fields: [String: String]
}

extension Upload {
    /// The longest name, in UTF-8 bytes.
    static let maxNameBytes = 255
    /// A field longer than this is no field of ours, and is left out.
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

    /// Replaces a picture's text by the picture.
    /// - Throws: a problem with status 400.
    mutating func decodeText() throws(Problem) {
        do {
            try bytes.decodePictureText()
        } catch {
            throw Problem(
                .badRequest,
                code: "bad-base64",
                "The picture's text is not Base64 (RFC 4648 §4), padded, from its beginning to its end."
            )
        }
    }

    /// The one file of a form.
    /// - Throws: `Problem`, or `MultipartForm.Failure`.
    init(form body: consuming [UInt8], boundary: String) throws {
        let (file, head) = try Self.file(in: body, boundary: boundary)
        // In place: a copy would take as much memory again.
        body.removeSubrange(file.upperBound...)
        body.removeSubrange(..<file.lowerBound)
        self.init(bytes: body, field: head.field, name: head.name, mediaType: head.mediaType, fields: head.fields)
    }

    /// Where the one file of a form lies, and what the form says of it in an upload without bytes.
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
        // By scalar: a slash before a mark that combines with it divides folders all the same.
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
