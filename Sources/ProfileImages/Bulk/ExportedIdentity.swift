package import FoundationEssentials

/// What an identity provider said of a user at their last sign-in, as an export has it.
package struct ExportedIdentity: Codable, Equatable, Sendable {
    package let connection: String
    package let pictureUrl: String?
    /// The last one that was taken over.
    package let takenPictureUrl: String?
    package let name: String?
    package let givenName: String?
    package let familyName: String?
    package let nickname: String?
    package let email: String?
    package let updatedAt: Date

    package init(
        connection: String,
        pictureUrl: String?,
        takenPictureUrl: String?,
        name: String?,
        givenName: String?,
        familyName: String?,
        nickname: String?,
        email: String?,
        updatedAt: Date
    ) {
        self.connection = connection
        self.pictureUrl = pictureUrl
        self.takenPictureUrl = takenPictureUrl
        self.name = name
        self.givenName = givenName
        self.familyName = familyName
        self.nickname = nickname
        self.email = email
        self.updatedAt = updatedAt
    }
}
