package import FoundationEssentials

/// What an identity provider said of a user when they last signed in by it.
package struct Identity: Equatable, Sendable {
    package let userID: UserID
    package let connection: ConnectionName
    package var pictureURL: RemoteURL?
    package var name: String?
    package var givenName: String?
    package var familyName: String?
    package var nickname: String?
    package var email: EmailAddress?
    /// When the user signed in, in whole milliseconds.
    package let updatedAt: Date

    package init(userID: UserID, connection: ConnectionName, updatedAt: Date) {
        self.userID = userID
        self.connection = connection
        self.updatedAt = updatedAt.inWholeMilliseconds
    }

    /// Puts what the provider said into a profile's attributes; what it did not say stays.
    package func apply(to attributes: inout ProfileAttributes) {
        attributes.fullName = name ?? attributes.fullName
        attributes.givenName = givenName ?? attributes.givenName
        attributes.familyName = familyName ?? attributes.familyName
        attributes.email = email ?? attributes.email
        if let nickname { attributes.claims[.nickname] = .string(nickname) }
    }
}
