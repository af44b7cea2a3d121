extension WriteTransaction {
    /// Adds a document whose file is stored.
    /// - Parameter limit: the maximum number of documents of a user.
    /// - Throws: `MediaError` if the user already has `limit` documents or the document exceeds the quota;
    ///   `ProfileError.unknownUser`.
    package func addDocument(_ item: MediaItem, limit: Int, rules: MediaRules, by actor: AuditActor) throws {
        guard try documentCount(of: item.userID) < limit else { throw MediaError.tooManyDocuments(limit: limit) }
        try makeKnown(item.userID, creation: rules.creation, by: actor, at: item.createdAt)
        try insertMedia(item)
        try checkQuota(rules.quota, of: item.userID)
        try insertAuditRecord(
            .mediaAdded,
            of: item.userID,
            subject: item.id.rawValue,
            by: actor,
            at: item.createdAt
        )
    }
}
