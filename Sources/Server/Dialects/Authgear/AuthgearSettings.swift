import Configuration

/// The settings for Authgear's clients.
package struct AuthgearSettings: Equatable, Sendable {
    /// The application's identifier, which tokens and the paths of pictures contain.
    package let app: String
    /// The file with the administrators' JSON Web Key Set, RFC 7517; if nil, the Admin API refuses all requests.
    package let adminKeysPath: String?

    init(_ reader: inout SettingsReader) {
        app = reader.value(
            "PORTRAITD_AUTHGEAR_APP",
            default: "portraitd",
            written: "portraitd",
            values: "lower-case letters, digits and hyphens",
            help: "Authgear: the application's identifier in tokens and in names of pictures."
        ) { text in text.wholeMatch(of: /[a-z0-9-]+/) == nil ? nil : text }
        adminKeysPath = reader.text(
            "PORTRAITD_AUTHGEAR_ADMIN_JWKS_FILE",
            help: """
                Authgear: a file with the public keys of its administrators, a JSON Web Key Set (RS256, each key with a \
                kid). Without it the Admin API refuses every request.
                """
        )
    }
}
