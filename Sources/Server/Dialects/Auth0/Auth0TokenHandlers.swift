import FoundationEssentials
import HTTPTypes
import ProfileImages

/// Auth0's `/oauth/token`: an access token for an API key, whose identifier is the client's, and which is its secret.
struct Auth0TokenHandlers: Sendable {
    private static let maxBytes = 16 * 1024
    private static let maxFieldBytes = 1024

    let authenticator: Authenticator
    let uploads: UploadService

    func post(_ request: Request) throws -> Response {
        let fields = try fields(of: request)
        guard fields["grant_type"] == "client_credentials" else {
            throw Problem(
                .forbidden,
                code: "unsupported_grant_type",
                "Grant type '\(fields["grant_type"] ?? "")' not allowed; only client_credentials is."
            )
        }
        guard let key = fields["client_secret"].flatMap({ APIKeyToken(rawValue: $0) }), key.id == fields["client_id"],
            let principal = try authenticator.application(knownBy: key), let secret = try uploads.secrets().first
        else { throw Problem(.unauthorized, code: "access_denied", "Unauthorized") }
        return try .auth0([
            "access_token": .string(try AccessToken(keyID: key.id, secret: secret).rawValue),
            "token_type": "Bearer",
            "expires_in": .integer(Int64(AccessToken.lifetime)),
            "scope": .string(principal.auth0Scopes.map(\.rawValue).sorted().joined(separator: " ")),
        ])
    }

    /// A form or a JSON object.
    private func fields(of request: Request) throws -> [String: String] {
        let type = ParameterizedValue(request.head.headerFields[.contentType] ?? "").value
        guard type != "application/x-www-form-urlencoded" else {
            return FormFields(try request.body(upTo: Self.maxBytes)).values
        }
        var body = try request.jsonObject()
        var fields: [String: String] = [:]
        for name in body.names { fields[name] = try body.text(name, maxBytes: Self.maxFieldBytes) ?? nil }
        return fields
    }
}
