import HTTPTypes
import Imaging
import ProfileImages

/// The resources `/_api/admin/images/upload`, `/api/images/upload` and `POST /_images/{app}/{object}`: a client first
/// uploads a picture, and then makes it the picture of a user.
struct AuthgearUploads: Sendable {
    private struct Result<Value: Encodable>: Encodable {
        let result: Value
    }

    private struct Permission: Encodable {
        let uploadURL: String

        enum CodingKeys: String, CodingKey {
            case uploadURL = "upload_url"
        }
    }

    private struct Object: Encodable {
        let url: String
    }

    /// The largest picture, in bytes.
    static let maxBytes = 10_485_760

    let app: String
    let staging: StagingService
    let service: UploadService
    let profiles: ProfileService
    /// The lifetime of an upload URL, in seconds.
    let lifetime: Int
    let publicURL: PublicURL
    let pictures: UploadReader

    /// Answers an administrator with a pre-signed URL for the upload of one picture.
    func allow(_ request: Request, by _: Principal) throws -> Response {
        try allow(request, for: nil)
    }

    /// Answers a user with such a URL; the picture is erased with the user.
    func allowOwn(_ request: Request, by principal: Principal) throws -> Response {
        let user = try principal.me()
        try principal.authorize(.write, on: user)
        _ = try profiles.ownProfile(
            of: user,
            by: principal.actor(in: request),
            willWrite: request.willTakeLong
        )
        return try allow(request, for: user)
    }

    private func allow(_ request: Request, for user: UserID?) throws -> Response {
        let base = try publicURL.base(for: request)
        let target = try AuthgearUploadURL.target(
            of: "/_images/\(app)/\(MediaID.randomUUID().uuid)",
            host: PublicURL.authority(of: base),
            uploader: user,
            lifetime: lifetime,
            secret: service.secrets()[0]
        )
        return try .json(Result(result: Permission(uploadURL: base + target)), headerFields: .authgearAdmin)
    }

    /// Receives a picture at a pre-signed URL.
    func receive(_ request: Request) throws -> Response {
        let allowed = try AuthgearUploadURL(request, secrets: service.secrets())
        // portraitd signs only paths with this application and a UUID.
        guard request.parameters["app"] == app, let id = request.parameters["object"].flatMap(MediaID.init(uuid:))
        else {
            throw Problem.authgear("InvalidSignature", "invalid signature")
        }
        try checkContentType(of: request)
        try withUpload(of: request) { upload in
            guard upload.field == "file" else { throw Problem.authgear("invalid file field") }
            guard (1...Self.maxBytes).contains(upload.bytes.count) else { throw Problem.assetTooLarge }
            try staging.checkName(id)
            try staging.stage(
                NewImage(upload.bytes, name: upload.name),
                as: id,
                of: allowed.uploader,
                by: AuditActor(.presignedURL, name: allowed.uploader?.rawValue ?? app, requestID: request.id)
            )
        }
        return try .json(Result(result: Object(url: AuthgearPictureNames(app: app, base: "").stored(id))))
    }

    private func checkContentType(of request: Request) throws(Problem) {
        let type = ParameterizedValue(request.head.headerFields[.contentType] ?? "")
        guard type.value == "multipart/form-data" else { throw .authgear("invalid content-type") }
        guard type.parameters["boundary"] != nil else { throw .authgear("invalid boundary") }
    }

    private func withUpload(of request: Request, _ body: (Upload) throws -> Void) throws {
        do {
            try pictures.withUpload(of: request, body)
        } catch MultipartForm.Failure.invalidBoundary {
            throw Problem.authgear("invalid boundary")
        } catch MultipartForm.Failure.malformed {
            throw Problem.authgear("failed to read request body")
        } catch let problem as Problem where problem.code == "bad-form" {
            throw Problem.authgear("expected exactly 1 file part")
        }
    }
}
