import FoundationEssentials
import HTTPTypes
import ProfileImages

/// The resources `/me/profileimage/uploads`, `/users/{id}/profileimage/uploads` and `/uploads/{token}`: uploads without a
/// credential, by a URL that was signed beforehand.
struct UploadHandlers: Sendable {
    private struct Permission: Encodable {
        let url: String
        let expires: String
        let maxBytes: Int

        enum CodingKeys: String, CodingKey {
            case url = "upload_url"
            case expires, maxBytes
        }
    }

    let service: UploadService
    let images: ProfileImageHandlers
    /// The longest that a URL may work, in seconds.
    let maxLifetime: Int
    /// The longest picture.
    let maxBytes: Int
    let publicURL: PublicURL

    /// Answers with a URL that sets the user's image once: 201. The body may ask for less time and fewer bytes.
    func allow(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.write, on: user)
        let baseURL = try publicURL.base(for: request)
        let (lifetime, maxBytes) = try bounds(request)
        let secrets = try service.secrets()
        let upload = try service.allow(
            user,
            lifetime: lifetime,
            maxBytes: maxBytes,
            by: principal.actor(in: request)
        )
        let token = try UploadToken(upload, host: PublicURL.authority(of: baseURL), secret: secrets[0])
        return try .json(
            Permission(
                url: "\(baseURL)/uploads/\(token.rawValue)",
                expires: upload.expiresAt.iso8601,
                maxBytes: maxBytes
            ),
            status: .created,
            headerFields: [.cacheControl: "no-store"]
        )
    }

    /// Sets the image, as PUT of `/me/profileimage` does.
    func send(_ request: Request) throws -> Response {
        let token = UploadToken(rawValue: request.parameters["token"] ?? "")
        guard let host = request.head.authority,
            let upload = token.upload(to: host, secrets: try service.secrets())
        else {
            throw Problem(
                .forbidden,
                code: "upload-forbidden",
                "This upload URL was not signed here, or for another host, or it was changed."
            )
        }
        try service.check(upload)
        return try images.put(request, using: upload)
    }

    /// `{"expiresIn": seconds, "maxBytes": bytes}`, each up to what the settings allow; no body means both.
    private func bounds(_ request: Request) throws -> (lifetime: Int, maxBytes: Int) {
        guard request.announcedLength(upTo: 1) > 0 else { return (maxLifetime, maxBytes) }
        var body = try request.jsonObject()
        let lifetime = try body.integer("expiresIn", in: 1...maxLifetime) ?? maxLifetime
        let bytes = try body.integer("maxBytes", in: 1...maxBytes) ?? maxBytes
        try body.finish()
        return (lifetime, bytes)
    }
}
