/// What the operator can set about Authgear's dialect.
package struct AuthgearSettings: Equatable, Sendable {
    /// The application's identifier: it stands in tokens and in the addresses of pictures.
    package let app: String
    /// The file with the public keys of those who administer users, RFC 7517; nil when nobody does in this dialect.
    package let adminKeysPath: String?
}

extension SettingsReader {
    mutating func authgear() -> AuthgearSettings {
        let (key, fallback) = ("PORTRAITD_AUTHGEAR_APP", "portraitd")
        let app = text(key, default: fallback) ?? fallback
        // It is a segment of paths as it stands.
        let isPlain = app.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
        if !isPlain { addFault(key, "lower-case letters, digits and hyphens") }
        return AuthgearSettings(
            app: isPlain ? app : fallback,
            adminKeysPath: text("PORTRAITD_AUTHGEAR_ADMIN_JWKS_FILE")
        )
    }
}
