import GRDB
package import ProfileImages

extension SQLiteMetadataStore {
    package func recordIdentity(_ identity: Identity, creation: ProfileCreation, by actor: Actor) throws -> SignIn {
        try write { database in
            let (user, time) = (identity.userID, identity.updatedAt)
            let known = try IdentityRow.fetch(of: user, by: identity.connection, from: database)
            let signIn = SignIn(
                identity: identity,
                sync: try Self.identitySync(of: identity.connection, from: database),
                isFirst: known == nil,
                takenPicture: known?.takenPicture,
                imageSource: try Self.imageSource(of: user, from: database),
                isImageRemoved: try Self.imageRemoval(of: user, from: database) != nil
            )
            try takeAttributes(of: signIn, creation: creation, by: actor, in: database)
            try IdentityRow.save(identity, takenPicture: signIn.picture ?? known?.takenPicture, to: database)
            if let picture = signIn.picture {
                let source = ImageSource.identity(connection: identity.connection.rawValue)
                let job = ImportJob(of: picture, for: user, ifNone: false, source: source, by: actor, at: time)
                try replacePendingImport(by: job, in: database)
            }
            return signIn
        }
    }

    package func identity(of user: UserID, by connection: ConnectionName) throws -> Identity? {
        try read { try IdentityRow.fetch(of: user, by: connection, from: $0)?.identity }
    }

    package func identities(of user: UserID) throws -> [Identity] {
        try read { try IdentityRow.fetchAll(of: user, from: $0) }
    }

    package func removeIdentity(of user: UserID, by connection: ConnectionName) throws -> Bool {
        try write { database in
            try database.execute(
                sql: "DELETE FROM identity WHERE user_id = ? AND connection = ?",
                arguments: [user.rawValue, connection.rawValue]
            )
            return database.changesCount > 0
        }
    }

    package func identitySync(of connection: ConnectionName) throws -> IdentitySync {
        try read { try Self.identitySync(of: connection, from: $0) }
    }

    package func setIdentitySync(_ sync: IdentitySync, of connection: ConnectionName) throws {
        try write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO connection (name, sync) VALUES (?, ?)",
                arguments: [connection.rawValue, sync.rawValue]
            )
        }
    }

    /// Makes the user known, or changes what is known of them.
    private func takeAttributes(of signIn: SignIn, creation: ProfileCreation, by actor: Actor, in database: Database)
        throws
    {
        let (user, time) = (signIn.identity.userID, signIn.identity.updatedAt)
        let current = try ProfileRow.fetch(of: user, from: database)?.attributes
        guard current != nil || creation == .onFirstUse else { throw ProfileError.unknownUser }
        var attributes = current ?? ProfileAttributes()
        if signIn.takesAttributes { signIn.identity.apply(to: &attributes) }
        guard current != attributes else { return }
        let isNew = try ProfileRow.touch(user, at: time, in: database)
        try ProfileRow.set(attributes, of: user, in: database)
        try record(isNew ? .profileCreated : .profileUpdated, of: user, subject: nil, by: actor, at: time, in: database)
    }

    /// A picture elsewhere counts as one that somebody asked for.
    private static func imageSource(of user: UserID, from database: Database) throws -> ImageSource? {
        if let source = try ImportRow.coming(to: user, in: database) { return source }
        let profile = try ProfileRow.fetch(of: user, from: database)
        return profile?.attributes.picture == nil ? profile?.image?.source : .imported
    }

    private static func identitySync(of connection: ConnectionName, from database: Database) throws -> IdentitySync {
        let sql = "SELECT sync FROM connection WHERE name = ?"
        guard let text = try String.fetchOne(database, sql: sql, arguments: [connection.rawValue]) else {
            return .onEachLogin
        }
        guard let sync = IdentitySync(rawValue: text) else { throw DatabaseError.foreignRow(in: "connection") }
        return sync
    }
}
