import HTTPTypes
import Imaging
import ProfileImages

extension Request {
    /// The user in the path: `id` in `/users/{id}…`, the principal in `/me…`.
    /// - Throws: a problem with status 400 or 403.
    func user(for principal: Principal) throws(Problem) -> UserID {
        guard let name = parameters["id"] else { return try principal.me() }
        guard let user = UserID(rawValue: name) else { throw .badUserID }
        return user
    }

    /// The part of the picture to show: `?crop=x,y,width,height` in upright pixels; nil if absent.
    func crop() throws(CodedError) -> PixelRect? {
        try query("crop").map { (text) throws(CodedError) in try PixelRect(crop: text) }
    }

    /// Reads the file: the body itself with any media type, or the single file of a `multipart/form-data` body.
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

    /// The rating of the picture: `?rating=g`, `pg`, `r` or `x`; `g` if absent.
    func rating() throws(CodedError) -> ImageRating {
        try query("rating").map { (text) throws(CodedError) in try ImageRating(text: text) } ?? .g
    }

    /// The body's length according to the head, at most `maxBytes`, and 0 if absent. A longer body is refused before it
    /// is read. The overhead of a form is not counted.
    func announcedLength(upTo maxBytes: Int) -> Int {
        min(max(head.headerFields[.contentLength].flatMap { Int($0) } ?? 0, 0), maxBytes)
    }

    /// The maximum overhead of a form: boundaries and part headers, in bytes.
    private static let multipartOverhead = 64 * 1024
}

extension Request {
    private static let defaultPage = 50
    private static let maxPage = 500

    /// The maximum number of items in a page: `?limit=`.
    /// - Throws: a `CodedError` that is answered 400.
    func pageLimit() throws(CodedError) -> Int {
        guard let text = query("limit") else { return Self.defaultPage }
        guard let limit = Int(text), (1...Self.maxPage).contains(limit) else {
            throw .badParameter("limit", "is a whole number from 1 to \(Self.maxPage)")
        }
        return limit
    }

    /// - Throws: a `CodedError` that is answered 400.
    func profileQuery() throws(CodedError) -> ProfileQuery {
        var result = ProfileQuery(limit: try pageLimit())
        if let words = query("search")?.drop(while: \.isWhitespace), !words.isEmpty {
            guard words.utf8.count <= ProfileService.maxNameBytes else {
                throw .badParameter("search", "has at most \(ProfileService.maxNameBytes) bytes")
            }
            result.words = String(words)
        }
        if let text = query("email") {
            guard let email = EmailAddress(rawValue: text) else {
                throw .badParameter("email", "is an address like ann@example.com")
            }
            result.emails = [email]
        }
        if let text = query("cursor") {
            guard let after = Int64(text), after >= 0 else {
                throw .badParameter("cursor", "must be the value of next in the previous page")
            }
            result.after = after
        }
        return result
    }

    /// The revision in `If-Match`; nil if absent. A malformed value gives −1, which matches no profile.
    var profileRevision: Int64? {
        guard let header = head.headerFields[.ifMatch], header != "*" else { return nil }
        return EntityTag.profileRevision(header) ?? -1
    }

    /// Whether the profile must exist already: `If-Match: *`.
    var mustExist: Bool {
        head.headerFields[.ifMatch] == "*"
    }
}
