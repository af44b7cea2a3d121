package import Avatars
import Bytes

/// Builds the URLs of users' pictures.
package struct PictureURLs: Equatable, Sendable {
    /// The common prefix of all URLs, without a trailing slash; empty for URLs relative to the service's own URL.
    package let base: String
    /// The picture for users without an image.
    package let defaultImage: DefaultImage

    package let pseudonyms: Pseudonyms

    package init(base: String, defaultImage: DefaultImage, pseudonyms: Pseudonyms) {
        self.base = base
        self.defaultImage = defaultImage
        self.pseudonyms = pseudonyms
    }

    /// Returns a copy with another base URL.
    package func below(_ base: String) -> PictureURLs {
        PictureURLs(base: base, defaultImage: defaultImage, pseudonyms: pseudonyms)
    }

    /// The URL of the picture to show for a user: the external picture, or else the image, or else the default image;
    /// nil if there is none.
    func url(of profile: Profile) -> String? {
        profile.attributes.picture?.rawValue
            ?? profile.image.map { "\(base)\($0.path)" }
            ?? defaultImage.url(
                of: profile.userID,
                name: profile.attributes.name,
                pseudonyms: pseudonyms,
                baseURL: base
            )
    }
}

/// The picture that is shown for a user without an image.
package struct DefaultImage: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case none
        /// The same external picture for all users.
        case url(String)
        /// A picture that portraitd draws.
        case drawn(AvatarStyle)
    }

    package let kind: Kind
    /// The default width and height of a drawn picture in pixels.
    package let side: Int

    package init(_ kind: Kind, side: Int) {
        self.kind = kind
        self.side = side
    }

    /// Returns the URL of a user's default image; nil if there is none.
    ///
    /// The URL of a drawn picture contains everything that it is drawn from: the initials, and a seed that does not
    /// reveal the user's identifier.
    /// - Parameter baseURL: the prefix before `/avatar/`, without a trailing slash.
    package func url(of user: UserID, name: String?, pseudonyms: Pseudonyms, baseURL: String) -> String? {
        switch kind {
        case .none: return nil
        case .url(let url): return url
        case .drawn(let style):
            let letters = style == .initials ? "&initials=\(Initials(of: name ?? "").text.percentEncoded)" : ""
            return "\(baseURL)/avatar/\(pseudonyms.seed(of: user))?d=\(style.rawValue)&f=y&s=\(side)\(letters)"
        }
    }
}
