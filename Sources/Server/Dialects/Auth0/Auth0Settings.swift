import Configuration
import ProfileImages

/// Rules that change the claim `picture` of all users, like the Actions in Auth0's login flow. Stored profiles do not
/// change.
package struct PictureRules: Equatable, Sendable {
    /// Whether a rule is in effect.
    package enum State: String, CaseIterable, Sendable {
        case off
        /// In effect only in the preview, `/userinfo/preview`.
        case test
        case on
    }

    /// The URL that replaces all users' pictures, except a picture from the metadata.
    package let defaultPicture: String?
    package let defaultState: State
    /// Whether the member `picture` of a user's metadata takes precedence over all other pictures.
    package let metadataState: State

    init(_ reader: inout SettingsReader) {
        metadataState = reader.choice(
            "PORTRAITD_CLAIM_PICTURE_FROM_METADATA",
            of: State.allCases,
            default: .off,
            help: """
                Auth0: on makes the member picture of a user's user_metadata the claim picture at /userinfo; test does so \
                only at /userinfo/preview?user_id=.
                """
        )
        defaultPicture = reader.value(
            "PORTRAITD_DEFAULT_PICTURE",
            default: nil,
            values: "a URL like https://example.com/default.png",
            help: """
                Auth0: the claim picture of all users without a picture in user_metadata, even if an identity provider \
                has one.
                """
        ) { RemoteURL(rawValue: $0)?.rawValue }
        defaultState = reader.choice(
            "PORTRAITD_DEFAULT_PICTURE_STATE",
            of: State.allCases,
            default: .on,
            help: "Auth0: whether PORTRAITD_DEFAULT_PICTURE is used: off, only in the preview (test), or on."
        )
    }

    private init(defaultPicture: String?, defaultState: State, metadataState: State) {
        self.defaultPicture = defaultPicture
        self.defaultState = defaultState
        self.metadataState = metadataState
    }

    /// These rules, with each `test` changed to `on`.
    var allOn: PictureRules {
        PictureRules(
            defaultPicture: defaultPicture,
            defaultState: defaultState == .off ? .off : .on,
            metadataState: metadataState == .off ? .off : .on
        )
    }

    /// Returns the claim `picture`.
    /// - Parameter picture: the claim without these rules.
    func claim(of attributes: ProfileAttributes, picture: String) -> String {
        if metadataState == .on, case .string(let own)? = attributes.metadata["picture"], !own.isEmpty { return own }
        return defaultState == .on ? defaultPicture ?? picture : picture
    }
}
