/// The systems whose clients are served beside portraitd's own, as the setting names them.
package enum DialectName: String, CaseIterable, Sendable {
    case clerk
    case auth0
    case authgear
    case serverpod
    case profileService = "profile-service"

    /// What the API keys of the dialect begin with; nil where it has none of its own.
    package var apiKeyPrefix: String? {
        switch self {
        case .clerk: "sk_live_"
        case .auth0, .authgear, .serverpod, .profileService: nil
        }
    }
}
