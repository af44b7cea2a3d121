package import FoundationEssentials

/// Records, reads and removes identities for all protocols.
package struct IdentityService: Sendable {
    private let profiles: ProfileService
    private let metadata: any MetadataStore

    package init(profiles: ProfileService, metadata: any MetadataStore) {
        self.profiles = profiles
        self.metadata = metadata
    }

    /// Records a sign-in, and copies the provider's data into the profile according to the connection's setting.
    /// - Parameter describe: sets the data that the provider sent.
    /// - Throws: `ProfileError.unknownUser`, an error of `describe`, or an error of the store; nothing is changed then.
    package func record(
        _ user: UserID,
        by connection: ConnectionName,
        actor: AuditActor,
        now: Date = .now,
        _ describe: (inout Identity) throws -> Void
    ) throws -> SignIn {
        var identity = Identity(userID: user, connection: connection, updatedAt: now)
        try describe(&identity)
        let takesAttributes = try sync(of: connection).applies(isFirst: true)
        try profiles.makeKnown(user, by: actor, now: now) { attributes in
            if takesAttributes { identity.apply(to: &attributes) }
        }
        return try metadata.write { try $0.recordIdentity(identity, creation: profiles.creation, by: actor) }
    }

    /// Returns the user's identity from the connection; nil if the user never signed in over it.
    package func identity(of user: UserID, by connection: ConnectionName) throws -> Identity? {
        try metadata.read { try $0.identity(of: user, by: connection)?.identity }
    }

    /// Returns all identities of the user in the order of the connections' names.
    package func identities(of user: UserID) throws -> [Identity] {
        try metadata.read { try $0.identities(of: user) }
    }

    /// - Returns: false if there is no such identity.
    package func remove(_ user: UserID, by connection: ConnectionName) throws -> Bool {
        try metadata.write { try $0.deleteIdentity(of: user, by: connection) }
    }

    /// Returns when the connection's data is copied into profiles.
    package func sync(of connection: ConnectionName) throws -> IdentitySync {
        try metadata.read { try $0.sync(of: connection) }
    }

    package func setSync(_ sync: IdentitySync, of connection: ConnectionName) throws {
        try metadata.write { try $0.setIdentitySync(sync, of: connection) }
    }
}
