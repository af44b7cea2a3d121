package import FoundationEssentials

/// What is known of users.
package protocol ProfileReading {
    /// The user's profile with their current image, or nil when there is none.
    func profile(of user: UserID) throws -> Profile?

    func hasProfile(_ user: UserID) throws -> Bool

    /// The profiles that `query` asks for.
    func profiles(_ query: ProfileQuery) throws -> ProfilePage

    /// How many profiles `query` asks for, whatever its limit.
    func profileCount(_ query: ProfileQuery) throws -> Int
}

package protocol ProfileWriting {
    /// Inserts a profile without attributes, or raises the revision of the one that is there.
    /// - Returns: whether it was inserted.
    func touchProfile(of user: UserID, at time: Date) throws -> Bool

    /// Inserts a profile without attributes, as it was elsewhere.
    func insertProfile(of user: UserID, revision: Int64, createdAt: Date, updatedAt: Date) throws

    func setAttributes(_ attributes: ProfileAttributes, of user: UserID) throws

    /// Removes the URL of a picture elsewhere.
    /// - Returns: false when there was none.
    func clearPicture(of user: UserID) throws -> Bool

    /// - Returns: false when there was none.
    func deleteProfile(of user: UserID) throws -> Bool
}
