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
