package import FoundationEssentials
package import Imaging

/// A user with all data, as a line of an export contains it.
package struct ExportedUser: Codable, Equatable, Sendable {
    /// A media item of the user.
    package struct Item: Codable, Equatable, Sendable {
        package let id: MediaID
        package let additionalType: String
        package let name: String
        package let mediaType: String
        package let byteCount: Int
        package let isActive: Bool
        package let createdAt: Date
        /// The time when an image was replaced; nil for a current image and for a document.
        package let replacedAt: Date?
        /// The key of an image's master. This and the following properties are nil for documents.
        package let master: ObjectKey?
        package let side: Int?
        package let format: ImageFormat?
        package let source: String?
        package let rating: ImageRating?
        /// The SHA-256 of the original; nil for an item that an older version stored.
        package let digest: ContentDigest?

        package init(
            id: MediaID,
            additionalType: String,
            name: String,
            mediaType: String,
            byteCount: Int,
            isActive: Bool,
            createdAt: Date,
            replacedAt: Date?,
            master: ObjectKey?,
            side: Int?,
            format: ImageFormat?,
            source: String?,
            rating: ImageRating?,
            digest: ContentDigest?
        ) {
            self.id = id
            self.additionalType = additionalType
            self.name = name
            self.mediaType = mediaType
            self.byteCount = byteCount
            self.isActive = isActive
            self.createdAt = createdAt
            self.replacedAt = replacedAt
            self.master = master
            self.side = side
            self.format = format
            self.source = source
            self.rating = rating
            self.digest = digest
        }
    }

    package let userId: UserID
    package let attributes: ProfileAttributes
    package let revision: Int64
    package let createdAt: Date
    package let updatedAt: Date
    package let media: [Item]
    package let identities: [ExportedIdentity]

    package init(
        userId: UserID,
        attributes: ProfileAttributes,
        revision: Int64,
        createdAt: Date,
        updatedAt: Date,
        media: [Item],
        identities: [ExportedIdentity]
    ) {
        self.userId = userId
        self.attributes = attributes
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.media = media
        self.identities = identities
    }
}

extension ExportedUser.Item {
    /// Returns the keys of the files that cannot be rendered again: a document, or an image's master and default
    /// variant.
    /// - Throws: `BulkError.badLine` if the item is neither a valid document nor a valid image, or the master does not
    ///   belong to it.
    package func keys() throws(BulkError) -> [ObjectKey] {
        guard AdditionalType(rawValue: additionalType) != nil else { throw .badLine("has a bad additionalType") }
        guard let master else {
            guard additionalType != AdditionalType.profileImage.rawValue, !isActive else {
                throw .badLine("has a profile image without a master")
            }
            return [.document(id)]
        }
        guard let side, ImageOutput.sideRange.contains(side), let format, ImageOutput.formats.contains(format),
            rating != nil, source.flatMap(ImageSource.init(rawValue:)) != nil,
            additionalType == AdditionalType.profileImage.rawValue
        else { throw .badLine("has an image that lacks something") }
        let key = ObjectKey.variant(of: id, side: side, format: format)
        guard master != key else { return [key] }
        guard ImageFormat.allCases.contains(where: { master == .master(of: id, format: $0) }) || isVariant(master)
        else {
            throw .badLine("has an image whose master is not its own")
        }
        return [master, key]
    }

    /// Whether the key is a variant of this image. Older versions stored no masters: the largest variant is the master.
    private func isVariant(_ key: ObjectKey) -> Bool {
        let name = key.rawValue.split(separator: "/").last ?? ""
        let parts = name.split(separator: ".")
        guard parts.count == 2, let side = Int(parts[0]),
            let format = ImageOutput.formats.first(where: { $0.fileExtension == parts[1] })
        else { return false }
        return key == .variant(of: id, side: side, format: format)
    }
}

/// The data that an identity provider sent at a user's last sign-in, as an export contains it.
package struct ExportedIdentity: Codable, Equatable, Sendable {
    package let connection: String
    package let pictureUrl: String?
    /// The URL of the last picture that was imported from this connection.
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
