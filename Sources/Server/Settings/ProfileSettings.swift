import Configuration
package import ProfileImages

/// What the operator can set about profiles.
package struct ProfileSettings: Equatable, Sendable {
    /// Whether the first use of an unknown user creates a profile.
    package let creation: ProfileCreation
    /// The attributes that users may change in their own profiles.
    package let selfAttributes: Set<ProfileAttribute>
    /// How user identifiers are replaced in places that other people see.
    package let pseudonyms: Pseudonyms.Kind

    init(_ reader: inout SettingsReader) {
        reader.section = .profiles
        creation = reader.choice(
            "PORTRAITD_CREATE_PROFILES",
            of: ProfileCreation.allCases,
            default: .onFirstUse,
            help: "Whether the first use of an unknown user creates a profile, or only an explicit PUT."
        )
        selfAttributes = Set(
            reader.choices(
                "PORTRAITD_SELF_FIELDS",
                of: ProfileAttribute.ownable,
                default: Self.selfAttributes,
                help: "The attributes that users may change in their own profiles."
            )
        )
        pseudonyms = reader.choice(
            "PORTRAITD_PSEUDONYMS",
            of: Pseudonyms.Kind.allCases,
            default: .keyed,
            help: """
                What replaces a user identifier in URLs that other people see (drawn pictures, Clerk's rid, Serverpod's \
                UUIDs): keyed hashes with a secret of this installation, or unkeyed hashes as in older versions. A change \
                changes all of these URLs.
                """
        )
    }

    /// Without `email`: a user with the address of another person would get that person's picture at Gravatar URLs.
    /// Without `picture`: the server of an external picture sees each viewer, and can change the picture.
    private static let selfAttributes = ProfileAttribute.ownable.filter { $0 != .email && $0 != .picture }
}

extension PictureURLs {
    /// Creates the URLs for texts outside of a response, where no request provides the base URL.
    /// - Throws: an error of the store.
    package init(_ settings: ServiceSettings, metadata: any MetadataStore) throws {
        self.init(
            base: settings.publicURL ?? "",
            defaultImage: settings.avatars.defaultImage,
            pseudonyms: try settings.profiles.pseudonyms == .unkeyed
                ? .unkeyed : Pseudonyms(secret: metadata.instanceSecret())
        )
    }
}
