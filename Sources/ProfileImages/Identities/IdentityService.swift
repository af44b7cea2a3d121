package import FoundationEssentials

/// What can be done with identities, whatever protocol asks for it.
package struct IdentityService: Sendable {
    private let profiles: ProfileService
    private let metadata: any MetadataStore

    package init(profiles: ProfileService, metadata: any MetadataStore) {
        self.profiles = profiles
        self.metadata = metadata
    }

    /// Records that a user has signed in, and takes over what the connection's setting says.
    /// - Parameter describe: sets what the provider said.
    /// - Throws: `ProfileError.unknownUser`, what `describe` throws, or what the store throws; nothing is changed then.
    package func record(
        _ user: UserID,
        by connection: ConnectionName,
        actor: Actor,
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

    /// What the connection said of the user last, or nil when they never signed in by it.
    package func identity(of user: UserID, by connection: ConnectionName) throws -> Identity? {
        try metadata.read { try $0.identity(of: user, by: connection)?.identity }
    }

    /// What every connection said of the user last, by the connections' names.
    package func identities(of user: UserID) throws -> [Identity] {
        try metadata.read { try $0.identities(of: user) }
    }

    /// - Returns: false when there was nothing to forget.
    package func remove(_ user: UserID, by connection: ConnectionName) throws -> Bool {
        try metadata.write { try $0.deleteIdentity(of: user, by: connection) }
    }

    /// When what the connection says is taken over.
    package func sync(of connection: ConnectionName) throws -> IdentitySync {
        try metadata.read { try $0.sync(of: connection) }
    }

    package func setSync(_ sync: IdentitySync, of connection: ConnectionName) throws {
        try metadata.write { try $0.setIdentitySync(sync, of: connection) }
    }
}
