import Avatars
import FoundationEssentials
import ProfileImages

/// Shows users as Clerk does.
struct ClerkRepresentation: Sendable {
    let publicURL: PublicURL
    let defaultImage: DefaultImage
    let pseudonyms: Pseudonyms
    let identities: IdentityService

    /// - Throws: `Problem`, or what the store throws.
    func user(_ profile: Profile, for request: Request) throws -> JSONValue {
        ClerkUser(
            profile: profile,
            pseudonym: pseudonyms.seed(of: profile.userID),
            identities: try identities.identities(of: profile.userID),
            imageURL: try imageURL(of: profile, for: request)
        ).json
    }

    /// The identifier of an image in Clerk's form.
    static func imageID(_ id: MediaID) -> String {
        "img_\(id.rawValue)"
    }

    /// The URL that never has a query, so that clients can add one; a picture elsewhere has its own.
    func imageURL(of profile: Profile, for request: Request) throws -> String {
        let base = try publicURL.base(for: request)
        if let picture = profile.attributes.picture { return picture.rawValue }
        if let image = profile.image { return ClerkImageURL.of(image, base: base) }
        if case .url(let url) = defaultImage.kind { return url }
        let initials = Initials(of: profile.attributes.name ?? profile.attributes.email?.rawValue ?? "").text
        return ClerkImageURL.ofNobody(initials: initials, seed: pseudonyms.seed(of: profile.userID), base: base)
    }
}
