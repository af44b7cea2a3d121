import ProfileImages

/// What changes the claim `picture` of everybody, as Actions of a login flow do. What users have is not touched.
package struct PictureRules: Equatable, Sendable {
    /// How far a rule has come.
    package enum State: String, CaseIterable, Sendable {
        case off
        /// Only a preview shows what it would do.
        case test
        case on
    }

    /// The picture that is everybody's, whatever they have.
    package let defaultPicture: String?
    package let defaultState: State
    /// Whether the member `picture` of a user's metadata is their picture, before all others.
    package let metadataState: State

    /// The same with what is only tested.
    var allOn: PictureRules {
        PictureRules(
            defaultPicture: defaultPicture,
            defaultState: defaultState == .off ? .off : .on,
            metadataState: metadataState == .off ? .off : .on
        )
    }

    /// The claim, of what it is without rules.
    func claim(of attributes: ProfileAttributes, picture: String) -> String {
        if metadataState == .on, case .string(let own)? = attributes.metadata["picture"], !own.isEmpty { return own }
        return defaultState == .on ? defaultPicture ?? picture : picture
    }
}

extension SettingsReader {
    mutating func pictureRules() -> PictureRules {
        PictureRules(
            defaultPicture: url("PORTRAITD_DEFAULT_PICTURE"),
            defaultState: choice("PORTRAITD_DEFAULT_PICTURE_STATE", of: PictureRules.State.allCases, default: .on),
            metadataState: choice(
                "PORTRAITD_CLAIM_PICTURE_FROM_METADATA",
                of: PictureRules.State.allCases,
                default: .off
            )
        )
    }

    private mutating func url(_ key: String) -> String? {
        guard let text = text(key) else { return nil }
        if let url = RemoteURL(rawValue: text) { return url.rawValue }
        addFault(key, "a URL like https://example.com/default.png")
        return nil
    }
}
