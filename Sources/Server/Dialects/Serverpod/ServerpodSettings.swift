import Configuration
package import ProfileImages

/// The settings for Serverpod's clients.
package struct ServerpodSettings: Equatable, Sendable {
    /// The name of the endpoint whose class is `UserProfileEndpoint`, as in Serverpod's documentation.
    static let usualEndpoint = "userProfile"

    /// The application's names of the endpoints that change profiles.
    package let endpoints: [String]
    /// The scope that a change needs in addition to `profile:write`; nil for none.
    package let editScope: Scope?
    /// The class of the application's exception for a missing scope; if nil, the answer is 403.
    package let editException: String?

    init(_ reader: inout SettingsReader) {
        let names = reader.list(
            "PORTRAITD_SERVERPOD_ENDPOINTS",
            default: [Self.usualEndpoint],
            help: "Serverpod: the endpoints that change profiles, separated by commas; none allows reading only."
        )
        endpoints = names.filter { $0 != "none" }
        editScope = reader.text(
            "PORTRAITD_SERVERPOD_EDIT_SCOPE",
            help: "Serverpod: the scope that changes need beside profile:write."
        ).map(Scope.init(rawValue:))
        editException = reader.text(
            "PORTRAITD_SERVERPOD_EDIT_EXCEPTION",
            note: "the answer is 403",
            help: "Serverpod: the application's exception for a missing scope."
        )
    }
}
