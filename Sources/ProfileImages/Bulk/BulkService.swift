package import FoundationEssentials

/// Changes of many users, which wait for the disk together.
package struct BulkService: Sendable {
    /// How long one transaction goes on before the next begins: other requests wait for it.
    private static let transactionTime = Duration.milliseconds(100)

    private let images: ProfileImageService
    private let metadata: any MetadataStore
    private let objects: any ObjectStore
    private let removals: DeletionQueue

    package init(
        images: ProfileImageService,
        metadata: any MetadataStore,
        objects: any ObjectStore,
        removals: DeletionQueue
    ) {
        self.images = images
        self.metadata = metadata
        self.objects = objects
        self.removals = removals
    }

    /// Makes of a picture what is to be stored.
    /// - Throws: `ImageError`.
    package func prepare(_ picture: NewImage, of user: UserID) throws -> PreparedImage {
        try images.prepare(picture, of: user, by: nil)
    }

    /// Whether an import has brought the user this file, whose digest it is, before.
    package func isImported(_ digest: String, of user: UserID) throws -> Bool {
        try metadata.read { try $0.isImported(digest, of: user) }
    }

    /// Stores each entry, or nothing of it. When this returns all that was stored survives a power loss.
    /// - Returns: for each entry why it was refused, if it was.
    /// - Throws: what the stores throw; nothing is stored then.
    package func store(_ entries: [BulkEntry], by actor: Actor, now: Date = .now) throws -> [(any Error)?] {
        var hasReplaced = false
        let errors = try objects.keeping(entries.compactMap { $0.image?.image.id }) {
            try store(entries, files: { $0.image?.files ?? [] }) { entry, transaction in
                if try record(entry, by: actor, at: now, in: transaction) { hasReplaced = true }
            }
        }
        for (entry, error) in zip(entries, errors) where error != nil {
            // What cannot be removed has no known URL, and gc finds it.
            if let image = entry.image { try? objects.deleteAll(of: image.image.id) }
        }
        if hasReplaced { removals.finishIfPossible() }
        return errors
    }

    /// - Returns: whether an image was replaced.
    private func record(_ entry: BulkEntry, by actor: Actor, at time: Date, in transaction: any WriteTransaction) throws
        -> Bool
    {
        if let change = entry.change {
            _ = try transaction.updateProfile(of: entry.user, creation: .onFirstUse, by: actor, at: time, change)
        }
        let replaced = try entry.image.flatMap { try images.setImage($0, if: .none, by: actor, in: transaction) }
        if let digest = entry.digest { try transaction.insertImported(digest, of: entry.user) }
        return replaced != nil
    }

    /// Makes or changes users, in one transaction after the other: other writers are let in between. No two of the changes may be
    /// about the same user. When a transaction fails, those before it stay.
    /// - Parameters:
    ///   - changesKnown: whether users who are known already are changed.
    ///   - newUser: what to call a user whom a change does not name.
    package func carryOut(
        _ changes: [BulkChange],
        changesKnown: Bool,
        newUser: () throws -> UserID,
        by actor: Actor,
        now: Date = .now
    ) throws -> [BulkChange.Outcome] {
        var outcomes: [BulkChange.Outcome] = []
        while outcomes.count < changes.count {
            let rest = changes[outcomes.count...]
            outcomes += try metadata.write { transaction in
                let end = ContinuousClock.now + Self.transactionTime
                var some: [BulkChange.Outcome] = []
                for change in rest {
                    some.append(
                        try carryOut(
                            change,
                            changesKnown: changesKnown,
                            newUser: newUser,
                            by: actor,
                            now: now,
                            in: transaction
                        )
                    )
                    if ContinuousClock.now > end { break }
                }
                return some
            }
        }
        return outcomes
    }

    private func carryOut(
        _ change: BulkChange,
        changesKnown: Bool,
        newUser: () throws -> UserID,
        by actor: Actor,
        now: Date,
        in transaction: any WriteTransaction
    ) throws -> BulkChange.Outcome {
        var query = ProfileQuery(limit: 1)
        query.emails = [change.email]
        let owner = try transaction.profiles(query).profiles.first?.userID
        if let user = change.user, let owner, owner != user { return .otherUser(owner) }
        let user = try change.user ?? owner ?? newUser()
        guard try changesKnown || !transaction.hasProfile(user) else { return .known(user) }
        do {
            let isNew = try transaction.savepoint {
                try transaction.updateProfile(of: user, creation: .onFirstUse, by: actor, at: now, change.apply).isNew
            }
            return isNew ? .inserted : .updated
        } catch let error as StoreError {
            throw error
        } catch {
            return .refused(user, error)
        }
    }

    /// Keeps what became of a job, for a day.
    package func keep(_ job: BulkJob) throws {
        try metadata.write { try $0.insertBulkJob(job) }
    }

    /// The job called `id`; nil when there is none, or none any more.
    package func job(_ id: String, now: Date = .now) throws -> BulkJob? {
        try metadata.read { try $0.bulkJob(id) }.flatMap {
            $0.createdAt > now.addingTimeInterval(-BulkJob.timeKept) ? $0 : nil
        }
    }

    /// Everyone with all that is kept of them, in the order in which they became known: up to `limit` from the first after
    /// `number`.
    package func exportedUsers(after number: Int64, limit: Int) throws -> [(number: Int64, user: ExportedUser)] {
        try metadata.read { try $0.exportedUsers(after: number, limit: limit) }
    }

    /// How the user is now; nil when they are not known any more.
    package func exportedUser(_ user: UserID) throws -> ExportedUser? {
        try metadata.read { try $0.exportedUser(user) }
    }

    /// The files of `user` that cannot be made again; nil when one is not there.
    /// - Throws: `BulkError.badLine`, or what the store throws.
    package func files(of user: ExportedUser) throws -> [(bytes: [UInt8], key: ObjectKey)]? {
        var files: [(bytes: [UInt8], key: ObjectKey)] = []
        for key in try user.media.flatMap({ try $0.keys() }) {
            guard let bytes = try objects.get(key) else { return nil }
            files.append((bytes, key))
        }
        return files
    }

    /// Whether the user is here already, just as they were exported.
    /// - Throws: `BulkError` when they are here otherwise, or something of theirs is somebody else's.
    package func isRestored(_ user: ExportedUser) throws -> Bool {
        try metadata.read { try $0.isRestored(user) }
    }

    /// Adds each user as they were exported, or not at all, like `store`. To be called with users that `isRestored` does not
    /// know: their files are written over whatever has their names.
    package func restore(
        _ users: [(user: ExportedUser, files: [(bytes: [UInt8], key: ObjectKey)])],
        by actor: Actor,
        now: Date = .now
    ) throws -> [(any Error)?] {
        // What is left of users who were erased would be refused.
        removals.finishIfPossible()
        return try store(users, files: \.files) { try $1.restore($0.user, by: actor, at: now) }
    }

    /// Records that everything was written to a folder.
    package func recordExport(to folder: String, by actor: Actor, now: Date = .now) throws {
        try metadata.write { try $0.insertAuditRecord(.exported, of: nil, subject: folder, by: actor, at: now) }
    }

    private func store<Item>(
        _ items: [Item],
        files: (Item) -> [(bytes: [UInt8], key: ObjectKey)],
        record: (Item, any WriteTransaction) throws -> Void
    ) throws -> [(any Error)?] {
        try objects.put(items.flatMap(files))
        return try metadata.write { transaction in
            try items.map { item in
                do {
                    try transaction.savepoint { try record(item, transaction) }
                    return nil
                } catch let error as StoreError {
                    throw error
                } catch {
                    return error
                }
            }
        }
    }
}
