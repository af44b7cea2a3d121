/// What a bulk job is to do with one user.
package struct BulkChange: Sendable {
    /// Who a change made or changed, or why it did not.
    package enum Outcome: Sendable {
        case inserted
        case updated
        /// The user is known already, and known users are to stay as they are.
        case known(UserID)
        /// The address belongs to another user than the one that is named.
        case otherUser(UserID)
        case refused(UserID, any Error)
    }

    /// Whom it names; nil leaves that to the address.
    package let user: UserID?
    package let email: EmailAddress
    /// Sets the attributes that it names.
    package let apply: @Sendable (inout ProfileAttributes) throws -> Void

    package init(
        user: UserID?,
        email: EmailAddress,
        apply: @escaping @Sendable (inout ProfileAttributes) throws -> Void
    ) {
        self.user = user
        self.email = email
        self.apply = apply
    }
}
