extension ReadTransaction {
    /// What is taken over from the connection: what was set for it, otherwise all, at each sign-in.
    package func sync(of connection: ConnectionName) throws -> IdentitySync {
        try identitySync(of: connection) ?? .onEachLogin
    }

    /// The source of the user's image, or of the import that will replace it. A picture elsewhere counts as imported on request.
    fileprivate func imageSource(of user: UserID) throws -> ImageSource? {
        if let source = try unfinishedImportSource(of: user) { return source }
        let profile = try profile(of: user)
        return profile?.attributes.picture == nil ? profile?.image?.source : .imported
    }
}

extension WriteTransaction {
    /// Records a sign-in, and does what follows from it: the user becomes known where that may be, names and address go into
    /// the profile, the picture becomes an import.
    /// - Returns: what was known then.
    /// - Throws: `ProfileError.unknownUser`.
    package func recordIdentity(_ identity: Identity, creation: ProfileCreation, by actor: Actor) throws -> SignIn {
        let (user, time) = (identity.userID, identity.updatedAt)
        let known = try self.identity(of: user, by: identity.connection)
        let signIn = SignIn(
            identity: identity,
            sync: try sync(of: identity.connection),
            isFirst: known == nil,
            takenPicture: known?.takenPicture,
            imageSource: try imageSource(of: user),
            isImageRemoved: try imageRemoval(of: user) != nil
        )
        _ = try updateProfile(of: user, creation: creation, by: actor, at: time) { attributes in
            if signIn.takesAttributes { identity.apply(to: &attributes) }
        }
        try saveIdentity(identity, takenPicture: signIn.picture ?? signIn.takenPicture)
        if let picture = signIn.picture {
            let source = ImageSource.identity(connection: identity.connection.rawValue)
            try replacePendingImport(
                by: ImportJob(of: picture, for: user, ifNone: false, source: source, by: actor, at: time)
            )
        }
        return signIn
    }
}
