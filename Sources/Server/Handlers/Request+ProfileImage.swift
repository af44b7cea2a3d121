import HTTPTypes
import Imaging
import ProfileImages

extension Request {
    /// The user whose image the path names: the principal's own, or the one in `/users/{id}/profileimage`.
    func user(for principal: Principal) throws(Problem) -> UserID {
        if segments.first == "me" { return try principal.me() }
        guard let user = UserID(rawValue: segments[1]) else {
            throw .badRequest("A user identifier has 1 to \(UserID.maxBytes) bytes and no control characters.")
        }
        return user
    }

    /// The part of the picture to show: `?crop=x,y,width,height` in upright pixels. Nil when there is no such item.
    func crop() throws(Problem) -> PixelRect? {
        guard let text = query("crop") else { return nil }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard numbers.count == 4, text.filter({ $0 == "," }).count == 3 else {
            throw .badRequest("crop is x,y,width,height: four whole numbers of upright pixels.")
        }
        return PixelRect(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }

    /// The picture's bytes: the body itself whatever type it declares, or the one file of a `multipart/form-data` body.
    /// - Throws: `Problem`, `MultipartForm.Failure`, or `FastCGIBodyError`.
    func upload(upTo maxBytes: Int) throws -> [UInt8] {
        let contentType = ParameterizedValue(head.headerFields[.contentType] ?? "")
        guard contentType.value.hasPrefix("multipart/") else { return try body(upTo: maxBytes) }
        guard contentType.value == "multipart/form-data" else {
            throw Problem(
                .unsupportedMediaType,
                code: "unsupported-content-type",
                "Send the picture itself or a multipart/form-data body.",
                found: contentType.value,
                allowed: ["image/*", "application/octet-stream", "multipart/form-data"]
            )
        }
        var body = try body(upTo: maxBytes + Self.multipartOverhead)
        let file = try file(in: body, boundary: contentType.parameters["boundary"] ?? "")
        // In place: a copy would take as much memory again.
        body.removeSubrange(file.upperBound...)
        body.removeSubrange(..<file.lowerBound)
        return body
    }

    /// Where the one file of a form lies.
    private func file(in body: [UInt8], boundary: String) throws -> Range<Int> {
        let files = try MultipartForm(body, boundary: boundary).files
        guard files.count == 1 else {
            throw Problem(
                .badRequest,
                code: "bad-form",
                "The form has \(files.count) files; send exactly one.",
                found: String(files.count)
            )
        }
        return files[0].content.indices
    }

    /// How many bytes the body will have as far as its head says, a form's boundaries left out; what is longer than
    /// `maxBytes` is refused unread.
    func announcedLength(upTo maxBytes: Int) -> Int {
        min(max(head.headerFields[.contentLength].flatMap { Int($0) } ?? 0, 0), maxBytes)
    }

    /// What the boundaries and part headers of a form may add to the picture's bytes.
    private static let multipartOverhead = 64 * 1024
}
