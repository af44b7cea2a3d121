import HTTPTypes
import Imaging
import ProfileImages

extension Request {
    /// The user that the path names: the one in `/users/{id}…`, or the principal in `/me…`.
    /// - Throws: a problem with status 400 or 403.
    func user(for principal: Principal) throws(Problem) -> UserID {
        guard let name = parameters["id"] else { return try principal.me() }
        guard let user = UserID(rawValue: name) else { throw .badUserID }
        return user
    }

    /// The part of the picture to show: `?crop=x,y,width,height` in upright pixels. Nil when there is no such item.
    func crop() throws(CodedError) -> PixelRect? {
        try query("crop").map { (text) throws(CodedError) in try PixelRect(crop: text) }
    }

    /// The file that the body is, whatever type it declares, or the one file of a `multipart/form-data` body.
    /// - Throws: `Problem`, `MultipartForm.Failure`, or `FastCGIBodyError`.
    func upload(upTo maxBytes: Int) throws -> Upload {
        let contentType = ParameterizedValue(head.headerFields[.contentType] ?? "")
        guard contentType.value.hasPrefix("multipart/") else {
            return Upload(try body(upTo: maxBytes), contentType: contentType.value)
        }
        guard contentType.value == "multipart/form-data" else {
            throw Problem(
                .unsupportedMediaType,
                code: "unsupported-content-type",
                "Send the file itself or a multipart/form-data body.",
                found: contentType.value,
                allowed: ["image/*", "application/octet-stream", "multipart/form-data"]
            )
        }
        return try Upload(
            form: body(upTo: maxBytes + Self.multipartOverhead),
            boundary: contentType.parameters["boundary"] ?? ""
        )
    }

    /// For whom the picture is fit: `?rating=g`, `pg`, `r` or `x`.
    func rating() throws(CodedError) -> ImageRating {
        try query("rating").map { (text) throws(CodedError) in try ImageRating(text: text) } ?? .g
    }

    /// How many bytes the body will have as far as its head says, a form's boundaries left out; what is longer than
    /// `maxBytes` is refused unread.
    func announcedLength(upTo maxBytes: Int) -> Int {
        min(max(head.headerFields[.contentLength].flatMap { Int($0) } ?? 0, 0), maxBytes)
    }

    /// What the boundaries and part headers of a form may add to the picture's bytes.
    private static let multipartOverhead = 64 * 1024
}
