import Configuration

/// The enabled dialects, and the settings of every dialect.
package struct DialectSettings: Equatable, Sendable {
    package let enabled: [DialectName]
    package let clerk: ClerkSettings
    package let auth0: PictureRules
    package let authgear: AuthgearSettings
    package let serverpod: ServerpodSettings
    package let profileService: ProfileServiceSettings

    init(_ reader: inout SettingsReader) {
        reader.section = .dialects
        enabled = reader.choices(
            "PORTRAITD_DIALECTS",
            of: DialectName.allCases,
            default: [],
            help: """
                The systems whose clients are served too. Enable each in nginx's portraitd.d/dialects.conf, too; \
                profile-service needs nothing there.
                """
        )
        clerk = ClerkSettings(&reader)
        auth0 = PictureRules(&reader)
        authgear = AuthgearSettings(&reader)
        serverpod = ServerpodSettings(&reader)
        profileService = ProfileServiceSettings(&reader)
    }
}

/// A system whose clients portraitd can serve; the raw value is its name in `PORTRAITD_DIALECTS`.
package enum DialectName: String, CaseIterable, Sendable {
    case clerk
    case auth0
    case authgear
    case serverpod
    case profileService = "profile-service"

    /// The prefix of API keys in this dialect; nil if they have portraitd's prefix.
    package var apiKeyPrefix: String? {
        switch self {
        case .clerk: "sk_live_"
        case .auth0, .authgear, .serverpod, .profileService: nil
        }
    }
}
