package import FoundationEssentials

/// An upload that was allowed beforehand: whoever holds its URL may set the user's image, once, without a credential.
package struct PresignedUpload: Equatable, Sendable {
    /// 128 random bits as hexadecimal digits.
    package let id: String
    /// Whose image it sets.
    package let userID: UserID
    /// When the URL stops working, in whole seconds.
    package let expiresAt: Date
    /// The longest picture that is taken.
    package let maxBytes: Int

    package init(id: String, userID: UserID, expiresAt: Date, maxBytes: Int) {
        self.id = id
        self.userID = userID
        self.expiresAt = Date(timeIntervalSince1970: expiresAt.timeIntervalSince1970.rounded(.down))
        self.maxBytes = maxBytes
    }
}
