/// What the store knows when a user signs in, and what follows from it.
package struct SignIn: Equatable, Sendable {
    package let identity: Identity
    package let sync: IdentitySync
    /// Whether the user signs in by this connection for the first time.
    package let isFirst: Bool
    /// The last picture that was taken over from this connection.
    package let takenPicture: RemoteURL?
    /// Where the user's image came from, or will come from when an import of it is done; nil when there is none.
    package let imageSource: ImageSource?
    /// Whether the user had an image that was taken away.
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

    /// Whether names and address go into the profile.
    package var takesAttributes: Bool {
        sync.applies(isFirst: isFirst)
    }

    /// The picture to import: one that is new, and takes the place of none that somebody chose, nor of one that was taken
    /// away.
    package var picture: RemoteURL? {
        guard sync.applies(isFirst: isFirst), let picture = identity.pictureURL, picture != takenPicture else {
            return nil
        }
        guard let imageSource else { return isImageRemoved ? nil : picture }
        return ImageSource.identity(connection: identity.connection.rawValue).mayReplace(imageSource) ? picture : nil
    }
}
