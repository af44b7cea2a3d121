import Avatars
import Bytes
import FoundationEssentials
import HTTPTypes
import Imaging
import ProfileImages

/// A user in the forms that Auth0's APIs show.
struct Auth0Profile {
    let profile: Profile
    let identities: [Identity]
    /// The URL of the user's picture. Every user has one.
    let picture: String

    var attributes: ProfileAttributes { profile.attributes }

    /// The full name, or else another name, the email address, or the identifier.
    var name: String {
        attributes.fullName ?? attributes.name ?? attributes.email?.rawValue ?? profile.userID.rawValue
    }

    /// The nickname, or else the user name, the local part of the email address, or the last part of the identifier.
    var nickname: String {
        text(.nickname) ?? attributes.userName ?? attributes.email.map { String($0.rawValue.prefix { $0 != "@" }) }
            ?? String(profile.userID.rawValue.split(separator: "|").last ?? "")
    }

    func text(_ claim: StandardClaim) -> String? {
        guard case .string(let text)? = attributes.claims[claim] else { return nil }
        return text
    }

    /// The user object of the Management API.
    /// - Parameter isTrusted: whether to include `app_metadata`, which the users may not read.
    func user(isTrusted: Bool) -> [String: JSONValue] {
        var user: [String: JSONValue] = [
            "user_id": .string(profile.userID.rawValue),
            "name": .string(name),
            "nickname": .string(nickname),
            "picture": .string(picture),
            "user_metadata": .object(attributes.metadata),
            "created_at": .string(profile.createdAt.iso8601),
            "updated_at": .string(profile.updatedAt.iso8601),
            "identities": .array(connections.map(identity)),
        ]
        user["email"] = attributes.email.map { .string($0.rawValue) }
        user["email_verified"] = attributes.email.map { _ in .boolean(attributes.isEmailVerified) }
        user["given_name"] = attributes.givenName.map(JSONValue.string)
        user["family_name"] = attributes.familyName.map(JSONValue.string)
        user["username"] = attributes.userName.map(JSONValue.string)
        user["phone_number"] = attributes.claims[.phoneNumber]
        user["phone_verified"] = attributes.claims[.phoneNumber].map { _ in .boolean(attributes.isPhoneNumberVerified) }
        user["last_login"] = identities.map(\.updatedAt).max().map { .string($0.iso8601) }
        if isTrusted { user["app_metadata"] = .object(attributes.privateMetadata) }
        return user
    }

    /// The claims of OpenID Connect.
    /// - Parameter picture: the claim `picture`.
    func claims(picture: String) -> JSONValue {
        var claims = Dictionary(uniqueKeysWithValues: attributes.claims.map { ($0.key.rawValue, $0.value) })
        claims["sub"] = .string(profile.userID.rawValue)
        claims["name"] = .string(name)
        claims["nickname"] = .string(nickname)
        claims["given_name"] = attributes.givenName.map(JSONValue.string)
        claims["family_name"] = attributes.familyName.map(JSONValue.string)
        claims["preferred_username"] = attributes.userName.map(JSONValue.string)
        claims["picture"] = .string(picture)
        claims["email"] = attributes.email.map { .string($0.rawValue) }
        claims["email_verified"] = attributes.email.map { _ in .boolean(attributes.isEmailVerified) }
        claims["phone_number_verified"] = attributes.claims[.phoneNumber].map { _ in
            .boolean(attributes.isPhoneNumberVerified)
        }
        claims["updated_at"] = .string(profile.updatedAt.iso8601)
        return .object(claims)
    }

    /// The user's connections. The first one is the connection that the identifier names.
    private var connections: [Auth0Connection] {
        let linked = identities.map { Auth0Connection($0.connection) }
        let primary =
            Auth0Connection.primary(of: profile.userID)
            ?? (linked.isEmpty || profile.userID.rawValue.hasPrefix("auth0|")
                ? ConnectionName(rawValue: Auth0Connection.database).map(Auth0Connection.init) : nil)
        return (primary.map { [$0] } ?? []) + linked.filter { $0.name != primary?.name }
    }

    private func identity(_ connection: Auth0Connection) -> JSONValue {
        [
            "connection": .string(connection.name.rawValue),
            "provider": .string(connection.strategy),
            "user_id": .string(String(profile.userID.rawValue.split(separator: "|").last ?? "")),
            "isSocial": .boolean(connection.kind == .provider),
        ]
    }
}

/// Completes profiles for Auth0's APIs with the identities and the picture's URL.
struct Auth0Profiles: Sendable {
    let profiles: ProfileService
    let identities: IdentityService
    let imports: ImportService
    let publicURL: PublicURL

    /// - Throws: `CodedError.noUser`, or an error of the metadata store.
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

    /// Returns the connection of the provider that sets the user's names and picture at each login; nil if clients can
    /// set them.
    func lock(of user: UserID) throws -> ConnectionName? {
        let primary = try Auth0Connection.primary(of: user) ?? linkedProvider(of: user)
        guard let primary, primary.kind == .provider, try identities.sync(of: primary.name) == .onEachLogin else {
            return nil
        }
        return primary.name
    }

    /// The connection of the user's first identity; nil if the identifier names a connection.
    private func linkedProvider(of user: UserID) throws -> Auth0Connection? {
        guard !user.rawValue.contains("|") else { return nil }
        return try identities.identities(of: user).first.map { Auth0Connection($0.connection) }
    }

    /// The URL of the remote picture, or else of the stored image, of a provider's picture that is not yet imported, or
    /// of the drawn initials.
    private func picture(of profile: Profile, base: String) throws -> String {
        if let picture = profile.attributes.picture { return picture.rawValue }
        if let image = profile.image { return base + image.path }
        if let picture = try imports.providersPicture(of: profile) { return picture.rawValue }
        let letters = Self.letters(of: profile)
        let drawn = "\(base)/avatars/\(letters.percentEncoded).png"
        guard let email = profile.attributes.email else { return drawn }
        return "\(base)/avatar/\(email.md5)?s=480&r=pg&d=\(drawn.percentEncoded)"
    }

    /// Two initials of the name, or else the first two characters of the email address, the user name or the
    /// identifier.
    private static func letters(of profile: Profile) -> String {
        let attributes = profile.attributes
        let initials = Initials(of: attributes.fullName ?? attributes.name ?? "").text
        if initials.count == 2 { return initials.lowercased() }
        let fallback = String(profile.userID.rawValue.split(separator: "|").last ?? "")
        let text = attributes.email?.rawValue ?? attributes.userName ?? fallback
        return String(text.prefix { $0 != "@" }.prefix(2)).lowercased()
    }
}

/// The resource `/avatars/{letters}.png`: drawn initials for users without a picture.
struct Auth0AvatarHandlers: Sendable {
    private static let ending = ".png"
    private static let maxLetters = 2

    let defaults: DefaultImageService
    /// The memory for pictures that are drawn at the same time for requests without a credential.
    let drawing: MemoryBudget
    /// The greatest age of a response in seconds, in all caches together.
    let maxAge: Int

    func get(_ request: Request) throws -> Response {
        let file = request.parameters["file"] ?? ""
        let letters = file.dropLast(Self.ending.count)
        guard file.hasSuffix(Self.ending), (1...Self.maxLetters).contains(letters.count) else { throw Problem.noImage }
        try request.willTakeLong()
        let side = defaults.image.side
        let picture = try drawing.holding(GDImage.memory(side: side, encodingAs: .png)) {
            try defaults.picture(
                .initials,
                initials: Initials(text: String(letters)),
                seed: letters.lowercased(),
                side: side,
                format: .png
            )
        }
        var fields = CachePolicy.drawn(maxAge: maxAge)
        fields[.contentType] = picture.format.mediaType
        return Response(.ok, headerFields: fields, body: picture.bytes)
    }
}
