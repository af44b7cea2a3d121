/// How the picture of somebody without one is drawn, by the names that Gravatar gave them.
package enum AvatarStyle: String, CaseIterable, Sendable {
    /// One or two letters of the name on a coloured disc.
    case initials

    /// A pattern that differs from user to user.
    case identicon

    /// Grey head and shoulders, the same for everyone.
    case mysteryPerson = "mp"

    /// A face of large pixels that differs from user to user.
    case retro

    /// A colour that differs from user to user.
    case color

    /// Nothing: transparent, or the background where there is no alpha.
    case blank

    /// By any of the names that Gravatar and Libravatar know. Their other pictures of figures are drawn as identicons, which
    /// tell users apart as they do.
    package init?(name: String) {
        switch name {
        case "mm", "mmng", "mysteryman": self = .mysteryPerson
        case "monsterid", "pagan", "robohash", "wavatar": self = .identicon
        default: self.init(rawValue: name)
        }
    }
}
