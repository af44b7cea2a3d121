package import FoundationEssentials

extension WriteTransaction {
    /// Removes all that is kept of the user but the audit, and leaves tombstones of the media. The receipt's digest goes into
    /// the audit.
    package func eraseUser(_ user: UserID, by actor: Actor, at time: Date) throws -> Erasure {
        let media = try bury(.all(of: user)).sorted { $0.id.rawValue < $1.id.rawValue }
        var records = try deleteRecords(of: user)
        records["stagedImages"] = try buryStaged(.uploader(user)).count
        let erasure = Erasure(
            userId: user.rawValue,
            erasedAt: time.inWholeMilliseconds,
            profile: try deleteProfile(of: user),
            media: media.map { Erasure.Item(id: $0.id.rawValue, additionalType: $0.additionalType) },
            records: records
        )
        guard !erasure.isEmpty else { return erasure }
        // An erasure does not wait for an earlier failure.
        try hastenQueues(of: user, to: time)
        try record(.profileErased, of: user, subject: erasure.digest(), by: actor, at: time)
        return erasure
    }
}
