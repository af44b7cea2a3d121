import Bytes
package import FoundationEssentials

/// The data that an identity provider sent at a user's last sign-in over one connection.
package struct Identity: Equatable, Sendable {
    package let userID: UserID
    package let connection: ConnectionName
    package var pictureURL: RemoteURL?
    package var name: String?
    package var givenName: String?
    package var familyName: String?
    package var nickname: String?
    package var email: EmailAddress?
    /// The time of the sign-in in whole milliseconds.
    package let updatedAt: Date

    package init(userID: UserID, connection: ConnectionName, updatedAt: Date) {
        self.userID = userID
        self.connection = connection
        self.updatedAt = updatedAt.inWholeMilliseconds
    }

    /// Copies the provider's values into a profile's attributes; an attribute without a value stays unchanged.
    package func apply(to attributes: inout ProfileAttributes) {
        attributes.fullName = name ?? attributes.fullName
        attributes.givenName = givenName ?? attributes.givenName
        attributes.familyName = familyName ?? attributes.familyName
        attributes.email = email ?? attributes.email
        if let nickname { attributes.claims[.nickname] = .string(nickname) }
    }
}

/// The name of one of the application's identity providers, such as `google-oauth2`.
package struct ConnectionName: RawRepresentable, Hashable, Sendable {
    package static let maxBytes = 128

    package let rawValue: String

    /// Returns nil unless `rawValue` is 1 to 128 ASCII letters, digits, `-`, `_` and `.`.
    package init?(rawValue: String) {
        guard (1...Self.maxBytes).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy(Self.isAllowed) else {
            return nil
        }
        self.rawValue = rawValue
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || "-_.".utf8.contains(byte)
    }
}

/// Reads the users' identities, and which of their data goes into profiles.
package protocol IdentityReading {
    /// Returns the user's identity from the connection, with the URL of the last picture that was imported from it; nil
    /// if there is none.
    func identity(of user: UserID, by connection: ConnectionName) throws
        -> (identity: Identity, takenPicture: RemoteURL?)?

    /// Returns all identities of the user in the order of the connections' names.
    func identities(of user: UserID) throws -> [Identity]

    /// Returns the setting of the connection; nil if none was saved.
    func identitySync(of connection: ConnectionName) throws -> IdentitySync?
}

package protocol IdentityWriting {
    /// Inserts the identity, or replaces the user's identity from this connection.
    func saveIdentity(_ identity: Identity, takenPicture: RemoteURL?) throws

    /// Inserts or replaces an identity from an export.
    func saveIdentity(_ identity: ExportedIdentity, of user: UserID) throws

    /// - Returns: false if there is no such identity.
    func deleteIdentity(of user: UserID, by connection: ConnectionName) throws -> Bool

    func setIdentitySync(_ sync: IdentitySync, of connection: ConnectionName) throws
}
