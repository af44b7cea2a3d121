import ProfileImages

/// What an identity provider said of a user, as JSON.
struct IdentityResource: Encodable {
    let userId: String
    let connection: String
    let pictureUrl: String?
    let name: String?
    let givenName: String?
    let familyName: String?
    let nickname: String?
    let email: String?
    let updatedAt: String

    init(_ identity: Identity) {
        userId = identity.userID.rawValue
        connection = identity.connection.rawValue
        pictureUrl = identity.pictureURL?.rawValue
        name = identity.name
        givenName = identity.givenName
        familyName = identity.familyName
        nickname = identity.nickname
        email = identity.email?.rawValue
        updatedAt = identity.updatedAt.iso8601
    }
}
