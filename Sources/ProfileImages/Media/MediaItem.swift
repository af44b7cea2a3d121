package import FoundationEssentials

/// Something that a user has uploaded: a profile image, or a document that is nobody else's business.
package struct MediaItem: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        case image(ProfileImage)
        /// Kept as it came, under the media type that its sender named.
        case document(mediaType: String, byteCount: Int, digest: ContentDigest?)
    }

    package let id: MediaID
    package let userID: UserID
    package let additionalType: AdditionalType
    /// What its sender calls it.
    package let name: String
    package let content: Content
    /// Whether it is the user's current image.
    package let isActive: Bool
    package let createdAt: Date

    package init(
        id: MediaID,
        userID: UserID,
        additionalType: AdditionalType,
        name: String,
        content: Content,
        isActive: Bool,
        createdAt: Date
    ) {
        self.id = id
        self.userID = userID
        self.additionalType = additionalType
        self.name = name
        self.content = content
        self.isActive = isActive
        self.createdAt = createdAt.inWholeMilliseconds
    }

    /// Where the item's bytes are: of an image, its default variant's.
    package var key: ObjectKey {
        switch content {
        case .image(let image): image.key
        case .document: .document(id)
        }
    }

    /// Of its best bytes; nil for an item of an older version's.
    package var digest: ContentDigest? {
        switch content {
        case .image(let image): image.digest
        case .document(_, _, let digest): digest
        }
    }

    /// Where its best bytes are: of an image, its master's.
    package var original: ObjectKey {
        switch content {
        case .image(let image): image.master
        case .document: .document(id)
        }
    }
}
