package import FoundationEssentials

/// What is known of a user beside their media.
package struct Profile: Equatable, Codable, Sendable {
    package let userID: UserID
    package var attributes: ProfileAttributes
    /// The current image, if there is one.
    package let image: ProfileImage?
    /// Changes with every change of the profile or of its image.
    package let revision: Int64
    package let createdAt: Date
    package let updatedAt: Date

    package init(
        userID: UserID,
        attributes: ProfileAttributes,
        image: ProfileImage?,
        revision: Int64,
        createdAt: Date,
        updatedAt: Date
    ) {
        self.userID = userID
        self.attributes = attributes
        self.image = image
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
