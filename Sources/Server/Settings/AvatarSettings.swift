import Avatars
import Configuration
package import ProfileImages

/// What the operator can set about default pictures and Gravatar URLs.
package struct AvatarSettings: Equatable, Sendable {
    /// The picture of users without an image.
    package let defaultImage: DefaultImage
    /// Whether every new user gets a drawn image.
    package let setsOnCreate: Bool
    /// The fonts for initials: files or patterns, in order of preference.
    package let fonts: [String]
    /// Whether digests of e-mail addresses find images.
    package let findsEmails: Bool
    /// Whether user identifiers find images.
    package let findsUsers: Bool
    /// The hosts to which `?d=` may redirect.
    package let redirectHosts: Set<String>
    /// The maximum age of a response in seconds, over all caches together.
    package let maxAge: Int

    /// - Parameter side: the side of a drawn image in pixels, if the request names none.
    init(_ reader: inout SettingsReader, side: Int) {
        reader.section = .avatars
        defaultImage = DefaultImage(reader.defaultImage(), side: side)
        setsOnCreate = reader.boolean(
            "PORTRAITD_DEFAULT_IMAGE_ON_CREATE",
            default: false,
            help: "Whether every new user gets a drawn picture as their profile image."
        )
        fonts = reader.fonts()
        findsEmails = reader.boolean(
            "PORTRAITD_AVATAR_EMAIL_HASHES",
            default: true,
            help: "Whether /avatar/ finds pictures by MD5 and SHA-256 of e-mail addresses."
        )
        findsUsers = reader.boolean(
            "PORTRAITD_AVATAR_USER_IDS",
            default: false,
            help: "Whether /avatar/ finds pictures, and initials, by user identifiers."
        )
        redirectHosts = Set(
            reader.list(
                "PORTRAITD_AVATAR_REDIRECT_HOSTS",
                help: "The hosts to which ?d= may redirect, separated by commas, like cdn.example.com."
            ).map { $0.lowercased() }
        )
        maxAge = reader.integer(
            "PORTRAITD_AVATAR_MAX_AGE",
            in: 5...86400,
            default: 300,
            help: "How many seconds after its deletion or replacement a picture may still be seen at /avatar/."
        )
    }
}

extension SettingsReader {
    fileprivate mutating func defaultImage() -> DefaultImage.Kind {
        value(
            "PORTRAITD_DEFAULT_IMAGE",
            default: .none,
            written: "none",
            values: """
                none, one of \(AvatarStyle.allCases.map(\.rawValue).joined(separator: ", ")), or a URL like \
                https://example.com/nobody.png
                """,
            help: "The picture of users without an image."
        ) { text in
            if text == "none" { return DefaultImage.Kind.none }
            if let style = AvatarStyle(rawValue: text) { return .drawn(style) }
            return RedirectURL(text).map { .url($0.rawValue) }
        }
    }

    fileprivate mutating func fonts() -> [String] {
        value(
            "PORTRAITD_FONTS",
            default: FontChain.debian,
            written: FontChain.debian.joined(separator: ","),
            note: "Noto Sans, Noto Color Emoji, DejaVu Sans, as far as they are installed",
            values: "font files, or patterns that match some, separated by commas",
            help: "The fonts of initials, the most preferred first, like /usr/share/fonts/*.ttf."
        ) { text in
            let patterns = Self.members(of: text)
            guard !patterns.isEmpty else { return FontChain.debian }
            return patterns.allSatisfy { !Glob.files(matching: $0).isEmpty } ? patterns : nil
        }
    }
}
