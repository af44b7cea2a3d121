package import FoundationEssentials
package import Imaging

/// A profile image as the metadata store records it.
package struct ProfileImage: Equatable, Codable, Sendable {
    /// A stored variant of an image.
    package struct Variant: Equatable, Codable, Sendable {
        /// Width and height in pixels.
        package let side: Int
        package let format: ImageFormat
        /// The length of the stored file in bytes.
        package let byteCount: Int

        package init(side: Int, format: ImageFormat, byteCount: Int) {
            self.side = side
            self.format = format
            self.byteCount = byteCount
        }
    }

    package let id: MediaID
    package let userID: UserID
    /// The object that variants are rendered from; the default variant itself if the output had only that variant.
    package let master: ObjectKey
    /// The default variant, which is always stored.
    package let variant: Variant
    package let source: ImageSource
    package let rating: ImageRating
    /// The SHA-256 of the master; nil for an image that an older version stored.
    package let digest: ContentDigest?
    /// When the image was set, in whole milliseconds.
    package let createdAt: Date

    package init(
        id: MediaID,
        userID: UserID,
        master: ObjectKey,
        variant: Variant,
        source: ImageSource = .upload,
        rating: ImageRating = .g,
        digest: ContentDigest? = nil,
        createdAt: Date
    ) {
        self.id = id
        self.userID = userID
        self.master = master
        self.variant = variant
        self.source = source
        self.rating = rating
        self.digest = digest
        self.createdAt = createdAt.inWholeMilliseconds
    }

    /// The key of the default variant.
    package var key: ObjectKey {
        .variant(of: id, side: variant.side, format: variant.format)
    }

    /// The format that keeps everything in the image, such as PNG for transparency.
    package var masterFormat: ImageFormat {
        master.imageFormat ?? variant.format
    }

    /// The URL path of the default variant. It does not contain the folders of the object store.
    package var path: String {
        "\(folderPath)/\(variant.side).\(variant.format.fileExtension)"
    }

    /// The common prefix of the URL paths of all variants.
    package var folderPath: String {
        "/images/\(id.rawValue)"
    }
}

/// The origin of a user's image.
package enum ImageSource: Equatable, Codable, Sendable {
    /// The user or an application uploaded or chose it.
    case upload
    /// It was fetched from a URL in a request.
    case imported
    /// It was fetched from the URL that an identity provider sent at sign-in over this connection.
    case identity(connection: String)
    /// portraitd drew it.
    case generated
}

extension ImageSource: RawRepresentable {
    private static let identityPrefix = "identity:"

    package var rawValue: String {
        switch self {
        case .upload: "upload"
        case .imported: "import"
        case .identity(let connection): Self.identityPrefix + connection
        case .generated: "generated"
        }
    }

    package init?(rawValue: String) {
        switch rawValue {
        case "upload": self = .upload
        case "import": self = .imported
        case "generated": self = .generated
        default:
            guard rawValue.hasPrefix(Self.identityPrefix) else { return nil }
            self = .identity(connection: String(rawValue.dropFirst(Self.identityPrefix.count)))
        }
    }
}

/// The audience that an image is suitable for, as Gravatar's rating, from mild to explicit.
package enum ImageRating: String, CaseIterable, Codable, Comparable, Sendable {
    case g
    case pg
    case r
    case x

    package static func < (one: ImageRating, other: ImageRating) -> Bool {
        (allCases.firstIndex(of: one) ?? 0) < (allCases.firstIndex(of: other) ?? 0)
    }
}
