package import ProfileImages

/// What the operator can set about profiles.
package struct ProfileSettings: Equatable, Sendable {
    /// Whether a user becomes known by being used.
    package let creation: ProfileCreation
    /// What users may change in their own profiles.
    package let selfAttributes: Set<ProfileAttribute>
}

extension SettingsReader {
    /// Not the address: whoever may choose theirs could take another's picture at Gravatar's URLs.
    private static let selfAttributes = ProfileAttribute.allCases.filter { $0 != .email }

    mutating func profiles() -> ProfileSettings {
        ProfileSettings(
            creation: choice("PORTRAITD_CREATE_PROFILES", of: ProfileCreation.allCases, default: .onFirstUse),
            selfAttributes: Set(
                choices("PORTRAITD_SELF_FIELDS", of: ProfileAttribute.allCases, default: Self.selfAttributes)
            )
        )
    }
}
