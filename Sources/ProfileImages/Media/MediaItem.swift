import Bytes
package import FoundationEssentials

/// An item of a user's media list: a profile image, or a private document.
package struct MediaItem: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        case image(ProfileImage)
        /// Stored unchanged, with the media type that the sender gave.
        case document(mediaType: String, byteCount: Int, digest: ContentDigest?)
    }

    package let id: MediaID
    package let userID: UserID
    package let additionalType: AdditionalType
    /// The name that the sender gave.
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

    /// The key of the item's object; for an image, of its default variant.
    package var key: ObjectKey {
        switch content {
        case .image(let image): image.key
        case .document: .document(id)
        }
    }

    /// The SHA-256 of the original; nil for an item that an older version stored.
    package var digest: ContentDigest? {
        switch content {
        case .image(let image): image.digest
        case .document(_, _, let digest): digest
        }
    }

    /// The key of the original: an image's master, or the document itself.
    package var original: ObjectKey {
        switch content {
        case .image(let image): image.master
        case .document: .document(id)
        }
    }
}

/// The identifier of a media item: 128 random bits as 32 lower-case hexadecimal digits.
///
/// Every upload gets a new identifier, so that the URL of an image cannot be guessed and its bytes never change.
package struct MediaID: RawRepresentable, Hashable, Codable, Sendable {
    package let rawValue: String

    /// Returns nil if `rawValue` is not 32 lower-case hexadecimal digits.
    package init?(rawValue: String) {
        guard rawValue.utf8.count == 32, rawValue.utf8.allSatisfy(\.isLowerCaseHexDigit) else { return nil }
        self.rawValue = rawValue
    }

    /// Creates an identifier with the system's cryptographic random number generator.
    package static func random() -> Self {
        Self(bits: .random(in: .min ... .max))
    }

    private init(bits: UInt128) {
        rawValue = bits.hexadecimal
    }
}

/// The kind of a media item: schema.org's property `additionalType`.
package struct AdditionalType: RawRepresentable, Hashable, Sendable {
    /// A picture of the user; one of them is the current image.
    package static let profileImage = Self(verified: "ProfileImage")

    /// The maximum length in bytes.
    package static let maxBytes = 64

    package let rawValue: String

    /// Returns nil unless `rawValue` has 1 to 64 ASCII letters, digits, hyphens and underscores. Also returns nil for a
    /// misspelt `ProfileImage`, which would store a public picture as a private document.
    package init?(rawValue: String) {
        guard (1...Self.maxBytes).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy(Self.isAllowed),
            rawValue == Self.profileImage.rawValue || !Self.isNearlyProfileImage(rawValue)
        else { return nil }
        self.rawValue = rawValue
    }

    private init(verified rawValue: String) {
        self.rawValue = rawValue
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || "-_".utf8.contains(byte)
    }

    /// Whether at most two letters differ from `profileimage`; case and all other characters are ignored.
    private static func isNearlyProfileImage(_ text: String) -> Bool {
        let letters = text.lowercased().filter(\.isLetter)
        return editDistance(Array(letters.utf8), Array("profileimage".utf8)) <= 2
    }

    /// The Levenshtein distance: the minimum number of insertions, deletions and replacements between two words.
    private static func editDistance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var row = Array(0...other.count)
        for (index, byte) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in other.indices {
                let replaced = diagonal + (byte == other[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[other.count]
    }
}
