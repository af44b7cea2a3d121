package import FoundationEssentials

/// A user's attributes and current image.
package struct Profile: Equatable, Codable, Sendable {
    package let userID: UserID
    package var attributes: ProfileAttributes
    /// The current image; nil if there is none.
    package let image: ProfileImage?
    /// Increases with every change of the profile or of its image.
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

/// The identifier of a user, as the application assigns it: the `sub` of its tokens.
///
/// It is any UTF-8 text of 1 to 255 bytes without control characters. It is opaque: never parsed, never part of a file
/// name.
package struct UserID: RawRepresentable, Hashable, Codable, Sendable {
    /// The maximum length in UTF-8 bytes; OpenID Connect Core §2 has a similar limit for `sub`.
    package static let maxBytes = 255

    package let rawValue: String

    /// Returns nil if `rawValue` is empty, too long, or contains a control character.
    package init?(rawValue: String) {
        guard (1...Self.maxBytes).contains(rawValue.utf8.count),
            !rawValue.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        self.rawValue = rawValue
    }

    /// Compares the UTF-8 bytes, as the stores do. Swift treats `é` as equal to `e` with a combining accent, but they
    /// are two users.
    package static func == (one: UserID, other: UserID) -> Bool {
        one.rawValue.utf8.elementsEqual(other.rawValue.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in rawValue.utf8 { hasher.combine(byte) }
    }
}

/// Reads the profiles of users.
package protocol ProfileReading {
    /// Returns the user's profile with the current image; nil if it does not exist.
    func profile(of user: UserID) throws -> Profile?

    func hasProfile(_ user: UserID) throws -> Bool

    /// Returns one page of the profiles that match `query`.
    func profiles(_ query: ProfileQuery) throws -> ProfilePage

    /// Returns the number of profiles that match `query`, without its limit.
    func profileCount(_ query: ProfileQuery) throws -> Int
}

package protocol ProfileWriting {
    /// Inserts a profile without attributes, or increments the revision of the existing profile.
    /// - Returns: whether it was inserted.
    func touchProfile(of user: UserID, at time: Date) throws -> Bool

    /// Inserts a profile without attributes, with the revision and times of an export.
    func insertProfile(of user: UserID, revision: Int64, createdAt: Date, updatedAt: Date) throws

    func setAttributes(_ attributes: ProfileAttributes, of user: UserID) throws

    /// Removes the URL of an external picture.
    /// - Returns: false if there was none.
    func clearPicture(of user: UserID) throws -> Bool

    /// - Returns: false if the profile does not exist.
    func deleteProfile(of user: UserID) throws -> Bool
}

/// The condition and order of a list of profiles; the default order is by creation.
package struct ProfileQuery: Equatable, Sendable {
    /// Search words. Each must be the beginning of a word in the names or the e-mail address; case and accents are
    /// ignored.
    package var words: String?
    /// The identifiers of the users; nil for all users.
    package var users: [UserID]?
    /// The e-mail addresses of the users; nil for all users.
    package var emails: [EmailAddress]?
    package var userName: String?
    package var phoneNumber: String?
    /// The position after which the page starts: `ProfilePage.next` of the previous page.
    package var after: Int64 = 0
    /// The number of profiles to skip at the start.
    package var offset = 0
    package var isNewestFirst = false
    package var limit: Int

    package init(limit: Int) {
        self.limit = limit
    }
}

/// One page of the profiles that match a query.
package struct ProfilePage: Equatable, Sendable {
    package let profiles: [Profile]
    /// The position for `ProfileQuery.after` of the next page; nil if this is the last page.
    package let next: Int64?

    package init(profiles: [Profile], next: Int64?) {
        self.profiles = profiles
        self.next = next
    }
}
