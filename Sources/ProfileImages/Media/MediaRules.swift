/// The installation's rules for the media of users.
package struct MediaRules: Equatable, Sendable {
    /// Whether the first upload for an unknown user creates a profile.
    package var creation: ProfileCreation
    /// How long replaced images are kept.
    package var keeping: RetentionPolicy
    package var quota: UserQuota

    package init(creation: ProfileCreation, keeping: RetentionPolicy = .all, quota: UserQuota = UserQuota()) {
        self.creation = creation
        self.keeping = keeping
        self.quota = quota
    }
}

extension ReadTransaction {
    /// Checks the user's totals. The caller has inserted the new item before, and throwing undoes the insertion.
    /// - Throws: `MediaError` if the totals exceed the quota.
    func checkQuota(_ quota: UserQuota, of user: UserID) throws {
        guard quota != UserQuota() else { return }
        let totals = try totals(of: user)
        try quota.check(items: totals.items, bytes: totals.bytes)
    }
}

/// The maximum amount of media that a user may keep; nil for no maximum.
package struct UserQuota: Equatable, Sendable {
    /// The maximum number of images, current and replaced, and documents.
    package let items: Int?
    /// The maximum total size of documents and of the default variants of images, in bytes.
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

/// How long a replaced image stays in the user's media list, with working URLs.
package enum RetentionPolicy: Equatable, Sendable {
    /// Until a request deletes it.
    case all
    /// Only this number of each user's newest replaced images; 0 keeps none.
    case newest(Int)
    /// This number of days after it was replaced.
    case days(Int)
}

/// The reason why a media item is refused. Nothing was changed.
package enum MediaError: Error, Equatable {
    /// The user already has the maximum number of documents.
    case tooManyDocuments(limit: Int)
    /// With this item, the number of the user's items would exceed the quota.
    case tooManyItems(found: Int, limit: Int)
    case tooManyBytes(found: Int, limit: Int)
    /// The document has no bytes.
    case empty
}
