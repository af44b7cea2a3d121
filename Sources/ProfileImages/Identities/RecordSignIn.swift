extension ReadTransaction {
    /// Returns when the connection's data is copied into profiles: the saved setting, or else at each sign-in.
    package func sync(of connection: ConnectionName) throws -> IdentitySync {
        try identitySync(of: connection) ?? .onEachLogin
    }

    /// Returns the source of the user's unfinished import, or else of the current image. An external picture counts as
    /// `imported`.
    fileprivate func imageSource(of user: UserID) throws -> ImageSource? {
        if let source = try unfinishedImportSource(of: user) { return source }
        let profile = try profile(of: user)
        return profile?.attributes.picture == nil ? profile?.image?.source : .imported
    }
}

extension WriteTransaction {
    /// Records a sign-in: creates the profile if `creation` allows it, copies the provider's data into the profile, and
    /// adds an import of the provider's picture.
    /// - Returns: the state of the stores at the sign-in.
    /// - Throws: `ProfileError.unknownUser`.
    package func recordIdentity(_ identity: Identity, creation: ProfileCreation, by actor: AuditActor) throws -> SignIn
    {
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

/// A sign-in with the state of the stores at that time, and the changes that follow from it.
package struct SignIn: Equatable, Sendable {
    package let identity: Identity
    package let sync: IdentitySync
    /// Whether this is the user's first sign-in over this connection.
    package let isFirst: Bool
    /// The URL of the last picture that was imported from this connection.
    package let takenPicture: RemoteURL?
    /// The source of the user's unfinished import, or else of the current image; nil if there is neither.
    package let imageSource: ImageSource?
    /// Whether the user's last image was removed.
    package let isImageRemoved: Bool

    package init(
        identity: Identity,
        sync: IdentitySync,
        isFirst: Bool,
        takenPicture: RemoteURL?,
        imageSource: ImageSource?,
        isImageRemoved: Bool
    ) {
        self.identity = identity
        self.sync = sync
        self.isFirst = isFirst
        self.takenPicture = takenPicture
        self.imageSource = imageSource
        self.isImageRemoved = isImageRemoved
    }

    /// Whether the provider's names and e-mail address are copied into the profile.
    package var takesAttributes: Bool {
        sync.applies(isFirst: isFirst)
    }

    /// The URL of the picture to import. Nil if the setting excludes it, if it is not new, if the user's image is
    /// neither generated nor from this connection, or if the user's image was removed.
    package var picture: RemoteURL? {
        guard sync.applies(isFirst: isFirst), let picture = identity.pictureURL, picture != takenPicture else {
            return nil
        }
        guard let imageSource else { return isImageRemoved ? nil : picture }
        return ImageSource.identity(connection: identity.connection.rawValue).mayReplace(imageSource) ? picture : nil
    }
}

/// When an identity provider's data is copied into the profile.
package enum IdentitySync: String, CaseIterable, Sendable {
    case onEachLogin = "on_each_login"
    case onFirstLogin = "on_first_login"
    case neverOnLogin = "never_on_login"

    /// - Parameter isFirst: whether this is the user's first sign-in over this connection.
    func applies(isFirst: Bool) -> Bool {
        switch self {
        case .onEachLogin: true
        case .onFirstLogin: isFirst
        case .neverOnLogin: false
        }
    }
}
