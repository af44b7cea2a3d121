/// What identity providers said of users, and what is taken over from it.
package protocol IdentityReading {
    /// What the connection said of the user last, and the last picture that was taken over from it.
    func identity(of user: UserID, by connection: ConnectionName) throws
        -> (identity: Identity, takenPicture: RemoteURL?)?

    /// What every connection said of the user last, by the connections' names.
    func identities(of user: UserID) throws -> [Identity]

    /// What was set for the connection; nil when nothing was.
    func identitySync(of connection: ConnectionName) throws -> IdentitySync?
}

package protocol IdentityWriting {
    /// Inserts the identity, or replaces the one of this user and connection.
    func saveIdentity(_ identity: Identity, takenPicture: RemoteURL?) throws

    /// The same of an identity as an export has it.
    func saveIdentity(_ identity: ExportedIdentity, of user: UserID) throws

    /// - Returns: false when there was none.
    func deleteIdentity(of user: UserID, by connection: ConnectionName) throws -> Bool

    func setIdentitySync(_ sync: IdentitySync, of connection: ConnectionName) throws
}
