import Avatars
package import ProfileImages

/// What the operator can set about the pictures of users who have none, and about Gravatar's URLs.
package struct AvatarSettings: Equatable, Sendable {
    /// What is shown of a user without an image.
    package let defaultImage: DefaultImage
    /// Whether every new user is given a drawn image.
    package let setsOnCreate: Bool
    /// The fonts of initials: files, or patterns of them, the most preferred first.
    package let fonts: [String]
    /// Whether digests of e-mail addresses find images.
    package let findsEmails: Bool
    /// Whether users' identifiers do.
    package let findsUsers: Bool
    /// The hosts that `?d=` may lead to.
    package let redirectHosts: Set<String>
    /// How many seconds an answer may be old, in all caches together.
    package let maxAge: Int
}

extension SettingsReader {
    /// - Parameter side: that of a drawn image where nobody asks for another.
    mutating func avatars(side: Int) -> AvatarSettings {
        AvatarSettings(
            defaultImage: DefaultImage(defaultImage("PORTRAITD_DEFAULT_IMAGE"), side: side),
            setsOnCreate: boolean("PORTRAITD_DEFAULT_IMAGE_ON_CREATE", default: false),
            fonts: fonts("PORTRAITD_FONTS"),
            findsEmails: boolean("PORTRAITD_AVATAR_EMAIL_HASHES", default: true),
            findsUsers: boolean("PORTRAITD_AVATAR_USER_IDS", default: false),
            redirectHosts: Set(list("PORTRAITD_AVATAR_REDIRECT_HOSTS").map { $0.lowercased() }),
            maxAge: integer("PORTRAITD_AVATAR_MAX_AGE", in: 5...86400, default: 300)
        )
    }

    private mutating func defaultImage(_ key: String) -> DefaultImage.Kind {
        guard let text = text(key, default: "none"), text != "none" else { return .none }
        if let style = AvatarStyle(rawValue: text) { return .drawn(style) }
        if let url = RedirectURL(text) { return .url(url.rawValue) }
        let styles = AvatarStyle.allCases.map(\.rawValue).joined(separator: ", ")
        addFault(key, "none, one of \(styles), or a URL like https://example.com/nobody.png")
        return .none
    }

    private mutating func fonts(_ key: String) -> [String] {
        let patterns = list(key, default: FontChain.debian)
        guard !patterns.isEmpty else { return FontChain.debian }
        if patterns.contains(where: { Glob.files(matching: $0).isEmpty }) {
            addFault(key, "font files, or patterns that match some, separated by commas")
        }
        return patterns
    }
}
