package import ProfileImages

/// What the operator can set about profiles.
package struct ProfileSettings: Equatable, Sendable {
    /// Whether a user becomes known by being used.
    package let creation: ProfileCreation
    /// What users may change in their own profiles.
    package let selfAttributes: Set<ProfileAttribute>
    /// How user identifiers are replaced where other people see them.
    package let pseudonyms: Pseudonyms.Kind
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
            ),
            pseudonyms: choice("PORTRAITD_PSEUDONYMS", of: Pseudonyms.Kind.allCases, default: .keyed)
        )
    }
}

extension PictureURLs {
    /// Those that are made outside of an answer, where no request tells the service's own URL.
    /// - Throws: what the store throws.
    package init(_ settings: Settings, metadata: any MetadataStore) throws {
        self.init(
            base: settings.publicURL ?? "",
            defaultImage: settings.avatars.defaultImage,
            pseudonyms: try settings.profiles.pseudonyms == .unkeyed
                ? .unkeyed : Pseudonyms(secret: metadata.instanceSecret())
        )
    }
}
