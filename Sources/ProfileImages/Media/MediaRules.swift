/// What an installation allows of users' media, and what it keeps.
package struct MediaRules: Equatable, Sendable {
    /// Whether a user who is not known yet becomes known by being given something.
    package var creation: ProfileCreation
    /// What becomes of an image that is replaced.
    package var keeping: RetentionPolicy
    package var quota: UserQuota

    package init(creation: ProfileCreation, keeping: RetentionPolicy = .all, quota: UserQuota = UserQuota()) {
        self.creation = creation
        self.keeping = keeping
        self.quota = quota
    }
}

extension ReadTransaction {
    /// To be called after something was added, so that throwing undoes it.
    /// - Throws: `MediaError` if the user's totals exceed the quota.
    func checkQuota(_ quota: UserQuota, of user: UserID) throws {
        guard quota != UserQuota() else { return }
        let totals = try totals(of: user)
        try quota.check(items: totals.items, bytes: totals.bytes)
    }
}

/// How much a user may keep; nil for any amount.
package struct UserQuota: Equatable, Sendable {
    /// Pictures, the current one and those before it, and documents.
    package let items: Int?
    /// Those of documents, and of pictures in their default size and format.
    package let bytes: Int?

    package init(items: Int? = nil, bytes: Int? = nil) {
        self.items = items
        self.bytes = bytes
    }

    /// - Throws: `MediaError` if these totals exceed the quota.
    package func check(items: Int, bytes: Int) throws(MediaError) {
        if let limit = self.items, items > limit { throw .tooManyItems(found: items, limit: limit) }
        if let limit = self.bytes, bytes > limit { throw .tooManyBytes(found: bytes, limit: limit) }
    }
}
