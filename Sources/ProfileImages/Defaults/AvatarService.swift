/// Finds images by the names in URLs of Gravatar and Libravatar.
package struct AvatarService: Sendable {
    private let findsEmails: Bool
    private let findsUsers: Bool
    private let pseudonyms: Pseudonyms
    private let metadata: any MetadataStore

    /// - Parameters:
    ///   - findsEmails: whether the digest of an e-mail address finds the user's image.
    ///   - findsUsers: whether a user identifier finds the user's image.
    package init(findsEmails: Bool, findsUsers: Bool, pseudonyms: Pseudonyms, metadata: any MetadataStore) {
        self.findsEmails = findsEmails
        self.findsUsers = findsUsers
        self.pseudonyms = pseudonyms
        self.metadata = metadata
    }

    /// Returns the current image of the user with this e-mail digest or user identifier. Nil if there is none, or if
    /// its rating is above `rating`: clients cannot distinguish the two.
    package func image(_ name: String, upTo rating: ImageRating) throws -> ProfileImage? {
        guard let image = try emailImage(name) ?? userImage(name), image.rating <= rating else { return nil }
        return image
    }

    /// Returns the display name for drawing initials; nil if there is none. Nil for a digest, because initials would
    /// reveal that a user has this address.
    package func displayName(_ name: String) throws -> String? {
        guard EmailDigest(name) == nil, let user = user(name) else { return nil }
        return try metadata.read { try $0.profile(of: user) }?.attributes.name
    }

    /// Returns the seed for drawn pictures: an e-mail digest in lower case, the user's pseudonymous seed for a user
    /// identifier, or else `name` itself.
    package func seed(_ name: String) -> String {
        guard EmailDigest(name) == nil else { return name.lowercased() }
        return user(name).map(pseudonyms.seed) ?? name
    }

    private func emailImage(_ name: String) throws -> ProfileImage? {
        guard findsEmails, let digest = EmailDigest(name) else { return nil }
        return try metadata.read { try $0.image(ofEmail: digest) }
    }

    private func userImage(_ name: String) throws -> ProfileImage? {
        try user(name).flatMap { user in try metadata.read { try $0.image(of: user) } }
    }

    private func user(_ name: String) -> UserID? {
        findsUsers ? UserID(rawValue: name) : nil
    }
}
