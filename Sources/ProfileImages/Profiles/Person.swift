import FoundationEssentials

/// A profile as other systems see it, in the API's answers and in events. Private metadata is no part of it.
package struct Person: Encodable, Equatable, Sendable {
    package let profileId: String
    package let userName: String?
    package let fullName: String?
    package let givenName: String?
    package let familyName: String?
    package let displayName: String?
    package let email: String?
    /// Absent without an address.
    package let emailVerified: Bool?
    /// Absent when there are none.
    package let claims: [StandardClaim: JSONValue]?
    /// Absent without a telephone number.
    package let phoneNumberVerified: Bool?
    /// A picture elsewhere that somebody named.
    package let picture: String?
    /// What the picture shows: its alternative text.
    package let description: String?
    package let metadata: [String: JSONValue]
    /// Absent when it is empty.
    package let publicMetadata: [String: JSONValue]?
    /// Where a picture of the user is to be had; absent when there is none to show.
    package let imageUrl: String?
    /// The media identifier of the current image; absent when there is none.
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
