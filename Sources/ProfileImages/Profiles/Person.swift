import FoundationEssentials

/// A profile as JSON in the API's answers and in events, without private metadata.
package struct Person: Encodable, Equatable, Sendable {
    package let profileId: String
    package let userName: String?
    package let fullName: String?
    package let givenName: String?
    package let familyName: String?
    package let displayName: String?
    package let email: String?
    /// Absent without an e-mail address.
    package let emailVerified: Bool?
    /// Absent if there are no claims.
    package let claims: [StandardClaim: JSONValue]?
    /// Absent without a telephone number.
    package let phoneNumberVerified: Bool?
    /// The URL of an external picture.
    package let picture: String?
    /// The alternative text of the picture.
    package let description: String?
    package let metadata: [String: JSONValue]
    /// Absent if it is empty.
    package let publicMetadata: [String: JSONValue]?
    /// The URL of the picture to show; absent if there is none.
    package let imageUrl: String?
    /// The media identifier of the current image; absent if there is none.
    package let profileImage: String?
    package let hasProfileImage: Bool
    package let createdDateTime: String
    package let lastModified: String

    package init(_ profile: Profile, urls: PictureURLs) {
        let attributes = profile.attributes
        profileId = profile.userID.rawValue
        userName = attributes.userName
        fullName = attributes.fullName
        givenName = attributes.givenName
        familyName = attributes.familyName
        displayName = attributes.displayName
        email = attributes.email?.rawValue
        emailVerified = email == nil ? nil : attributes.isEmailVerified
        claims = attributes.claims.isEmpty ? nil : attributes.claims
        phoneNumberVerified = attributes.claims[.phoneNumber] == nil ? nil : attributes.isPhoneNumberVerified
        picture = attributes.picture?.rawValue
        description = attributes.description
        metadata = attributes.metadata
        publicMetadata = attributes.publicMetadata.isEmpty ? nil : attributes.publicMetadata
        imageUrl = urls.url(of: profile)
        profileImage = profile.image?.id.rawValue
        hasProfileImage = profile.image != nil
        createdDateTime = profile.createdAt.iso8601
        lastModified = profile.updatedAt.iso8601
    }
}

/// A profile in the format of the Profile Service: a person, with other claims under the names of schema.org.
package struct ProfileServicePerson: Encodable, Equatable, Sendable {
    private enum CodingKeys: CodingKey {
        case additionalName, alternateName, birthDate, gender, preferredLanguage, telephone, hasVerifiedEmail
    }

    private static let claims: [(CodingKeys, StandardClaim)] = [
        (.additionalName, .middleName), (.alternateName, .nickname), (.birthDate, .birthdate), (.gender, .gender),
        (.preferredLanguage, .locale), (.telephone, .phoneNumber),
    ]

    private let person: Person

    package init(_ profile: Profile, urls: PictureURLs) {
        person = Person(profile, urls: urls)
    }

    package func encode(to encoder: any Encoder) throws {
        try person.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        for (name, claim) in Self.claims { try container.encodeIfPresent(person.claims?[claim], forKey: name) }
        try container.encode(person.emailVerified ?? false, forKey: .hasVerifiedEmail)
    }
}
