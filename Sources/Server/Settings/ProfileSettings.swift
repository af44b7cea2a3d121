package import ProfileImages

/// What the operator can set about profiles.
package struct ProfileSettings: Equatable, Sendable {
    /// Whether a user becomes known by being used.
    package let creation: ProfileCreation
    /// What users may change in their own profiles.
    package let selfAttributes: Set<ProfileAttribute>
}

extension SettingsReader {
    /// Not the address: whoever may choose theirs could take another's picture at Gravatar's URLs. Nor a picture elsewhere: it
    /// shows its server who looks at it, and can change.
    private static let selfAttributes = ProfileAttribute.ownable.filter { $0 != .email && $0 != .picture }

    mutating func profiles() -> ProfileSettings {
        ProfileSettings(
            creation: choice("PORTRAITD_CREATE_PROFILES", of: ProfileCreation.allCases, default: .onFirstUse),
            selfAttributes: Set(
                choices("PORTRAITD_SELF_FIELDS", of: ProfileAttribute.ownable, default: Self.selfAttributes)
            )
        )
    }
}
