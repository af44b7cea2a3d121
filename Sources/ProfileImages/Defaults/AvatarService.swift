/// Finds the images that Gravatar's and Libravatar's URLs name.
package struct AvatarService: Sendable {
    private let findsEmails: Bool
    private let findsUsers: Bool
    private let pseudonyms: Pseudonyms
    private let metadata: any MetadataStore

    /// - Parameters:
    ///   - findsEmails: whether the digest of a user's e-mail address finds their image.
    ///   - findsUsers: whether the user's identifier does.
    package init(findsEmails: Bool, findsUsers: Bool, pseudonyms: Pseudonyms, metadata: any MetadataStore) {
        self.findsEmails = findsEmails
        self.findsUsers = findsUsers
        self.pseudonyms = pseudonyms
        self.metadata = metadata
    }

    /// The current image of whom `name` names: a digest, or a user's identifier. Nil when there is none, or when it is rated
    /// above `rating`: nobody can tell these apart.
    package func image(_ name: String, upTo rating: ImageRating) throws -> ProfileImage? {
        guard let image = try emailImage(name) ?? userImage(name), image.rating <= rating else { return nil }
        return image
    }

    /// The name that initials are taken from; nil where none may be shown. That of a digest may not: it would tell who has
    /// an address.
    package func displayName(_ name: String) throws -> String? {
        guard EmailDigest(name) == nil, let user = user(name) else { return nil }
        return try metadata.read { try $0.profile(of: user) }?.attributes.name
    }

    /// What pictures of whom `name` names are drawn from.
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
