package import Avatars

/// What is shown of a user without an image.
package struct DefaultImage: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case none
        /// The same picture for everyone, which others serve.
        case url(String)
        /// One that portraitd draws.
        case drawn(AvatarStyle)
    }

    package let kind: Kind
    /// Width and height of a drawn one where nobody asks for another, in pixels.
    package let side: Int

    package init(_ kind: Kind, side: Int) {
        self.kind = kind
        self.side = side
    }

    /// Where the default image of a user is to be had; nil when there is none.
    ///
    /// The URL of a drawn one holds all that it is drawn of: the initials themselves, and a seed that does not give the user's
    /// identifier away.
    /// - Parameter baseURL: what stands before `/avatar/`, without a slash at its end.
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
