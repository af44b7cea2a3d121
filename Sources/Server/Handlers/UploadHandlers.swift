import FoundationEssentials
import HTTPTypes
import ProfileImages

/// The resources `/me/profileimage/uploads`, `/users/{id}/profileimage/uploads` and `/uploads/{token}`: uploads without
/// a credential, with an upload ticket.
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
    /// The maximum lifetime of a ticket, in seconds.
    let maxLifetime: Int
    /// The maximum size of a picture, in bytes.
    let maxBytes: Int
    let publicURL: PublicURL

    /// Answers 201 with a URL that sets the user's image once. The body may ask for a shorter lifetime and fewer bytes.
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
            headerFields: CachePolicy.never
        )
    }

    /// Sets the image, like PUT `/me/profileimage`.
    func send(_ request: Request) throws -> Response {
        let token = UploadToken(rawValue: request.parameters["token"] ?? "")
        guard let host = request.head.authority,
            let upload = token.upload(to: host, secrets: try service.secrets())
        else {
            throw Problem(
                .forbidden,
                code: "upload-forbidden",
                "This upload URL was signed by another server or for another host, or it was changed."
            )
        }
        try service.check(upload)
        return try images.put(request, using: upload)
    }

    /// Reads `{"expiresIn": seconds, "maxBytes": bytes}`. The settings are the maximum of both, and the default.
    private func bounds(_ request: Request) throws -> (lifetime: Int, maxBytes: Int) {
        guard request.announcedLength(upTo: 1) > 0 else { return (maxLifetime, maxBytes) }
        var body = try request.jsonObject()
        let lifetime = try body.integer("expiresIn", in: 1...maxLifetime) ?? maxLifetime
        let bytes = try body.integer("maxBytes", in: 1...maxBytes) ?? maxBytes
        try body.finish()
        return (lifetime, bytes)
    }
}

/// The token of an upload ticket, which is the last segment of its URL: the claims, and the HMAC-SHA256 (RFC 2104) of
/// the claims and the host, both in base64url, separated by a dot.
struct UploadToken {
    /// The signed claims, with short names for the URL.
    private struct Claims: Codable {
        let id: String
        let sub: String
        let exp: Int64
        let max: Int
    }

    /// The end of the year 9999. Another program with the secret could sign a larger number.
    private static let latest: Int64 = 253_402_300_799

    let rawValue: String

    /// Signs `upload`. The token is valid only for uploads to `host[:port]`.
    init(_ upload: PresignedUpload, host: String, secret: [UInt8]) throws {
        let claims = Claims(
            id: upload.id,
            sub: upload.userID.rawValue,
            exp: Int64(upload.expiresAt.timeIntervalSince1970),
            max: upload.maxBytes
        )
        rawValue = try SignedClaims(claims, secret: secret) { Self.context($0, host) }.text
    }

    init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Returns the upload; nil if none of `secrets` has signed the token for `host`.
    func upload(to host: String, secrets: [[UInt8]]) -> PresignedUpload? {
        let signed = SignedClaims<Claims>(rawValue[...], secrets: secrets) { Self.context($0, host) }
        guard let claims = signed?.claims, let user = UserID(rawValue: claims.sub),
            (0...Self.latest).contains(claims.exp)
        else { return nil }
        return PresignedUpload(
            id: claims.id,
            userID: user,
            expiresAt: Date(timeIntervalSince1970: Double(claims.exp)),
            maxBytes: claims.max
        )
    }

    /// Returns the signed bytes. Neither part contains a space, so two different pairs give different texts. Host names
    /// ignore case, RFC 3986 §3.2.2.
    private static func context(_ text: String, _ host: String) -> String {
        "\(text) \(host.lowercased())"
    }
}
