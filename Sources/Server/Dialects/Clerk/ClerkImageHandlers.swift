import HTTPTypes
import ProfileImages

/// Clerk's `/v1/users/{id}/profile_image`, for an application's backend.
struct ClerkImageHandlers: Sendable {
    let profiles: ProfileService
    let images: ProfileImageService
    let uploads: UploadReader
    let representation: ClerkRepresentation

    func post(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.clerkUser()
        try principal.authorize(.write, on: user)
        _ = try profiles.clerkProfile(of: user)
        try uploads.withClerkUpload(of: request) { picture in
            _ = try images.replaceImage(of: user, with: picture, if: .none, by: principal.actor(in: request))
        }
        return try answer(user, to: request)
    }

    func delete(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.clerkUser()
        try principal.authorize(.write, on: user)
        let profile = try profiles.clerkProfile(of: user)
        guard profile.image != nil || profile.attributes.picture != nil else { throw Problem.noImage }
        try images.deleteImage(of: user, if: .none, by: principal.actor(in: request))
        return try answer(user, to: request)
    }

    private func answer(_ user: UserID, to request: Request) throws -> Response {
        try .json(representation.user(profiles.clerkProfile(of: user), for: request))
    }
}

/// Clerk's `/v1/me/profile_image`, for browsers and mobile apps.
struct ClerkOwnImageHandlers: Sendable {
    let profiles: ProfileService
    let images: ProfileImageService
    let uploads: UploadReader
    let representation: ClerkRepresentation

    /// Replaces the picture, or deletes it if the query has `_method=DELETE`: clerk-js uses only the methods GET and
    /// POST.
    func post(_ request: Request, by principal: Principal) throws -> Response {
        if request.query("_method")?.uppercased() == "DELETE" { return try delete(request, by: principal) }
        let user = try principal.me()
        try principal.authorize(.write, on: user)
        let (image, name) = try uploads.withClerkUpload(of: request, takesText: true) { picture in
            let actor = principal.actor(in: request)
            return (try images.replaceImage(of: user, with: picture, if: .none, by: actor).image, picture.name)
        }
        return try answer([
            "object": "image",
            "id": .string(ClerkRepresentation.imageID(image.id)),
            "name": .string(name),
            "public_url": .string(ClerkImageURL.of(image, base: try representation.publicURL.base(for: request))),
        ])
    }

    func delete(_ request: Request, by principal: Principal) throws -> Response {
        let user = try principal.me()
        try principal.authorize(.write, on: user)
        let profile = try profiles.profile(of: user)
        let image = profile?.image?.id
        guard image != nil || profile?.attributes.picture != nil else { throw Problem.noImage }
        try images.deleteImage(of: user, if: .none, by: principal.actor(in: request))
        return try answer([
            "object": "image", "id": .text(image.map(ClerkRepresentation.imageID)), "deleted": true,
        ])
    }

    private func answer(_ image: JSONValue) throws -> Response {
        try .json(["response": image, "client": .null] as JSONValue)
    }
}

extension UploadReader {
    /// The form field that contains the picture.
    private static let field = "file"

    /// Runs `body` with the picture in the request: the file of a form, or, if `takesText` is true, also Base64 text or
    /// a data URI (RFC 2397).
    /// - Throws: a `Problem` with one of Clerk's error codes, or an error of the upload or of `body`.
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
                        "The picture must be padded Base64 text, or a data URI with such text."
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
                "Send multipart/form-data with the picture in the field \"\(Self.field)\"."
            )
        }
    }
}

extension Problem {
    fileprivate static var clerkFileMissing: Problem {
        Problem(
            .badRequest,
            clerk: .parameterMissing,
            "Send multipart/form-data with the picture in the field \"file\".",
            parameter: "file"
        )
    }
}
