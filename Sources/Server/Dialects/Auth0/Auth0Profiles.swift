import Avatars
import FoundationEssentials
import ProfileImages

/// Finds out what Auth0 would tell of users: above all which picture.
struct Auth0Profiles: Sendable {
    let profiles: ProfileService
    let identities: IdentityService
    let imports: ImportService
    let publicURL: PublicURL

    /// - Throws: a problem with status 404, or what the store throws.
    func profile(of user: UserID, for request: Request) throws -> Auth0Profile {
        guard let profile = try profiles.profile(of: user) else { throw CodedError.noUser }
        return try show(profile, for: request)
    }

    func show(_ profile: Profile, for request: Request) throws -> Auth0Profile {
        Auth0Profile(
            profile: profile,
            identities: try identities.identities(of: profile.userID),
            picture: try picture(of: profile, base: publicURL.base(for: request))
        )
    }

    /// Whether what a provider says replaces names and picture at each login, so that nobody else can set them; then the
    /// provider's connection.
    func lock(of user: UserID) throws -> ConnectionName? {
        let primary = try Auth0Connection.primary(of: user) ?? linkedProvider(of: user)
        guard let primary, primary.kind == .provider, try identities.sync(of: primary.name) == .onEachLogin else {
            return nil
        }
        return primary.name
    }

    /// A user whose identifier names no connection came by the one that told of them.
    private func linkedProvider(of user: UserID) throws -> Auth0Connection? {
        guard !user.rawValue.contains("|") else { return nil }
        return try identities.identities(of: user).first.map { Auth0Connection($0.connection) }
    }

    /// What somebody named or set, what a provider named and is still to be fetched, or what is drawn of the name.
    private func picture(of profile: Profile, base: String) throws -> String {
        if let picture = profile.attributes.picture { return picture.rawValue }
        if let image = profile.image { return base + image.path }
        if let picture = try imports.providersPicture(of: profile) { return picture.rawValue }
        let letters = Self.letters(of: profile)
        let drawn = "\(base)/avatars/\(letters.percentEncoded).png"
        guard let email = profile.attributes.email else { return drawn }
        return "\(base)/avatar/\(email.md5)?s=480&r=pg&d=\(drawn.percentEncoded)"
    }

    /// Two letters of the name's words, or the first two characters of what the address begins with.
    private static func letters(of profile: Profile) -> String {
        let attributes = profile.attributes
        let initials = Initials(of: attributes.fullName ?? attributes.name ?? "").text
        if initials.count == 2 { return initials.lowercased() }
        let fallback = String(profile.userID.rawValue.split(separator: "|").last ?? "")
        let text = attributes.email?.rawValue ?? attributes.userName ?? fallback
        return String(text.prefix { $0 != "@" }.prefix(2)).lowercased()
    }
}
