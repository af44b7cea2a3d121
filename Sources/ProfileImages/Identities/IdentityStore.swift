/// What identity providers said of users, and what is taken over from it.
package protocol IdentityStore: Sendable {
    /// Records a sign-in, and does what follows from it: the user becomes known where that may be, names and address go into
    /// the profile, the picture becomes an import.
    /// - Returns: what was known then.
    /// - Throws: `ProfileError.unknownUser`.
    func recordIdentity(_ identity: Identity, creation: ProfileCreation, by actor: Actor) throws -> SignIn

    /// What the connection said of the user last.
    func identity(of user: UserID, by connection: ConnectionName) throws -> Identity?

    /// What every connection said of the user last, by the connections' names.
    func identities(of user: UserID) throws -> [Identity]

    /// - Returns: false when there was none.
    func removeIdentity(of user: UserID, by connection: ConnectionName) throws -> Bool

    /// What was set for the connection, otherwise `onEachLogin`.
    func identitySync(of connection: ConnectionName) throws -> IdentitySync

    func setIdentitySync(_ sync: IdentitySync, of connection: ConnectionName) throws
}
