package import ProfileImages

/// What the operator can set about Serverpod's clients.
package struct ServerpodSettings: Equatable, Sendable {
    /// The names of the endpoints that change profiles, as the application has called its own.
    package let endpoints: [String]
    /// The scope that changes need beside those of every API; nil when there is none.
    package let editScope: Scope?
    /// The class of the application's exception that says so; nil answers 403.
    package let editException: String?
}

extension ServerpodSettings {
    /// What an endpoint is called whose class is `UserProfileEndpoint`, as in Serverpod's documents.
    static let usualEndpoint = "userProfile"
}

extension SettingsReader {
    mutating func serverpod() -> ServerpodSettings {
        let endpoints = list("PORTRAITD_SERVERPOD_ENDPOINTS", default: [ServerpodSettings.usualEndpoint])
        return ServerpodSettings(
            endpoints: endpoints.isEmpty ? [ServerpodSettings.usualEndpoint] : endpoints.filter { $0 != "none" },
            editScope: text("PORTRAITD_SERVERPOD_EDIT_SCOPE").map(Scope.init(rawValue:)),
            editException: text("PORTRAITD_SERVERPOD_EDIT_EXCEPTION")
        )
    }
}
