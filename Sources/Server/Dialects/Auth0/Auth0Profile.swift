import FoundationEssentials
import ProfileImages

/// What Auth0 tells of a user, whichever API is asked.
struct Auth0Profile {
    let profile: Profile
    let identities: [Identity]
    /// What is shown of the user; never absent.
    let picture: String

    var attributes: ProfileAttributes { profile.attributes }

    /// Never absent: names, the address, or at last the identifier.
    var name: String {
        attributes.fullName ?? attributes.name ?? attributes.email?.rawValue ?? profile.userID.rawValue
    }

    /// Never absent either.
    var nickname: String {
        text(.nickname) ?? attributes.userName ?? attributes.email.map { String($0.rawValue.prefix { $0 != "@" }) }
            ?? String(profile.userID.rawValue.split(separator: "|").last ?? "")
    }

    func text(_ claim: StandardClaim) -> String? {
        guard case .string(let text)? = attributes.claims[claim] else { return nil }
        return text
    }

    /// The user of the Management API.
    /// - Parameter isTrusted: whether who asks may see what users may not.
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
    /// - Parameter picture: the claim of that name.
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

    /// The one that the identifier names is the first.
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
