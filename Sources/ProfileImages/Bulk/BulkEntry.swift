/// What an import brings of one user, ready to be stored.
package struct BulkEntry: Sendable {
    package let user: UserID
    /// The picture, if there is one that they were not brought before.
    package let image: PreparedImage?
    /// What the picture's file is recognised by.
    package let digest: String?
    /// Sets the attributes that it names.
    package let change: (@Sendable (inout ProfileAttributes) throws -> Void)?

    package init(
        user: UserID,
        image: PreparedImage?,
        digest: String?,
        change: (@Sendable (inout ProfileAttributes) throws -> Void)?
    ) {
        self.user = user
        self.image = image
        self.digest = digest
        self.change = change
    }
}
