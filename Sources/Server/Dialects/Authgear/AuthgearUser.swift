import FoundationEssentials
import GraphQL
import HTTPTypes
import ProfileImages

/// The GraphQL type `User`.
struct AuthgearUser: ObjectSource {
    let profile: Profile
    let names: AuthgearPictureNames

    var typeName: String { "User" }

    func value(of field: String, _ arguments: [String: Value]) -> Output {
        switch field {
        case "id": .text(AuthgearNodeID(profile.userID).rawValue)
        case "createdAt": .text(profile.createdAt.iso8601)
        case "updatedAt": .text(profile.updatedAt.iso8601)
        case "standardAttributes": .value(Value(.object(AuthgearAttributes.standard(of: profile, names))))
        case "customAttributes": .value(Value(.object(profile.attributes.publicMetadata)))
        case "formattedName": .text(profile.attributes.name)
        default: .null
        }
    }
}

/// The identifier of a user in GraphQL: `User:` and the user's identifier, in base64url.
struct AuthgearNodeID {
    private static let prefix = "User:"

    let user: UserID

    init(_ user: UserID) {
        self.user = user
    }

    init?(rawValue: String) {
        guard let data = Data(base64URL: Array(rawValue.utf8)[...]),
            let text = String(validating: data, as: UTF8.self), text.hasPrefix(Self.prefix),
            let user = UserID(rawValue: String(text.dropFirst(Self.prefix.count)))
        else { return nil }
        self.user = user
    }

    var rawValue: String {
        Data("\(Self.prefix)\(user.rawValue)".utf8).base64URL
    }
}

/// A user's attributes with the names of OpenID Connect Core §5.1.
enum AuthgearAttributes {
    static let names: [String: any WritableKeyPath<ProfileAttributes, String?> & Sendable] = [
        "name": \.fullName, "given_name": \.givenName, "family_name": \.familyName, "preferred_username": \.userName,
    ]
    /// Attributes that portraitd derives. They are shown; values from clients are ignored.
    static let derived: Set = ["updated_at", "email_verified", "phone_number_verified"]

    /// Returns the standard attributes of a user.
    static func standard(of profile: Profile, _ pictures: AuthgearPictureNames) -> [String: JSONValue] {
        let attributes = profile.attributes
        var members: [String: JSONValue] = [
            "updated_at": .integer(Int64(profile.updatedAt.timeIntervalSince1970))
        ]
        for (claim, value) in attributes.claims { members[claim.rawValue] = value }
        for (name, path) in names { members[name] = attributes[keyPath: path].map(JSONValue.string) }
        if let email = attributes.email {
            members["email"] = .string(email.rawValue)
            members["email_verified"] = .boolean(attributes.isEmailVerified)
        }
        if attributes.claims[.phoneNumber] != nil {
            members["phone_number_verified"] = .boolean(attributes.isPhoneNumberVerified)
        }
        members["picture"] = pictures.shown(profile).map(JSONValue.string)
        return members
    }
}

/// The resource `/oauth2/userinfo`: OpenID Connect Core §5.3.
struct AuthgearUserInfo: Sendable {
    private static let isAnonymous = "https://authgear.com/claims/user/is_anonymous"

    let app: String
    let profiles: ProfileService
    let publicURL: PublicURL

    /// Returns the claims of the user; only `sub` if the token may not read the profile.
    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try principal.me()
        var claims: [String: JSONValue] = ["sub": .string(user.rawValue)]
        if principal.mayRead(user) {
            let profile = try profiles.ownProfile(
                of: user,
                by: principal.actor(in: request),
                willWrite: request.willTakeLong
            )
            let names = AuthgearPictureNames(app: app, base: try publicURL.base(for: request))
            claims.merge(AuthgearAttributes.standard(of: profile, names)) { own, _ in own }
            claims[Self.isAnonymous] = .boolean(false)
            claims["custom_attributes"] = .object(profile.attributes.publicMetadata)
            claims["x_web3"] = .object([:])
        }
        return try .json(JSONValue.object(claims), headerFields: CachePolicy.never)
    }
}

extension Principal {
    fileprivate func mayRead(_ user: UserID) -> Bool {
        (try? authorize(.read, on: user)) != nil
    }
}
