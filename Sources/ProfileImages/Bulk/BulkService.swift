package import FoundationEssentials

/// Imports, changes, exports and restores many users. Each batch is flushed to disk once.
package struct BulkService: Sendable {
    /// The time after which a transaction ends and the next begins, because other writers wait for it.
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

    /// Processes a picture into files to store.
    /// - Throws: `ImageError`.
    package func prepare(_ picture: NewImage, of user: UserID) throws -> PreparedImage {
        try images.prepare(picture, of: user, by: nil)
    }

    /// Whether a previous import has stored the file with this digest for the user.
    package func isImported(_ digest: String, of user: UserID) throws -> Bool {
        try metadata.read { try $0.isImported(digest, of: user) }
    }

    /// Stores the entries; a refused entry changes nothing. All stored entries survive a power loss once this returns.
    /// - Returns: for each entry the error that refused it; nil if it was stored.
    /// - Throws: an error of the stores; nothing is stored then.
    package func store(_ entries: [BulkEntry], by actor: AuditActor, now: Date = .now) throws -> [(any Error)?] {
        var hasReplaced = false
        let errors = try objects.keeping(entries.compactMap { $0.image?.image.id }) {
            try store(entries, files: { $0.image?.files ?? [] }) { entry, transaction in
                if try record(entry, by: actor, at: now, in: transaction) { hasReplaced = true }
            }
        }
        for (entry, error) in zip(entries, errors) where error != nil {
            // Files that cannot be deleted have no known URL, and gc finds them.
            if let image = entry.image { try? objects.deleteAll(of: image.image.id) }
        }
        if hasReplaced { removals.finishIfPossible() }
        return errors
    }

    /// - Returns: whether an image was replaced.
    private func record(_ entry: BulkEntry, by actor: AuditActor, at time: Date, in transaction: any WriteTransaction)
        throws
        -> Bool
    {
        if let change = entry.change {
            _ = try transaction.updateProfile(of: entry.user, creation: .onFirstUse, by: actor, at: time, change)
        }
        let replaced = try entry.image.flatMap { try images.setImage($0, if: .none, by: actor, in: transaction) }
        if let digest = entry.digest { try transaction.insertImported(digest, of: entry.user) }
        return replaced != nil
    }

    /// Creates or changes users in a sequence of transactions, between which other writers continue. No two changes may
    /// concern the same user. If a transaction fails, the previous transactions stay.
    /// - Parameters:
    ///   - changesKnown: whether existing users are changed.
    ///   - newUser: returns the identifier of a new user for a change without one.
    package func carryOut(
        _ changes: [BulkChange],
        changesKnown: Bool,
        newUser: () throws -> UserID,
        by actor: AuditActor,
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
        by actor: AuditActor,
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

    /// Stores the result of a job; it is kept for a day.
    package func keep(_ job: BulkJob) throws {
        try metadata.write { try $0.insertBulkJob(job) }
    }

    /// Returns the job with the identifier `id`; nil if it does not exist or is older than a day.
    package func job(_ id: String, now: Date = .now) throws -> BulkJob? {
        try metadata.read { try $0.bulkJob(id) }.flatMap {
            $0.createdAt > now.addingTimeInterval(-BulkJob.timeKept) ? $0 : nil
        }
    }

    /// Returns up to `limit` users with all their data in the order of creation, starting after `number`.
    package func exportedUsers(after number: Int64, limit: Int) throws -> [(number: Int64, user: ExportedUser)] {
        try metadata.read { try $0.exportedUsers(after: number, limit: limit) }
    }

    /// Returns the user with all data; nil if there is no such user.
    package func exportedUser(_ user: UserID) throws -> ExportedUser? {
        try metadata.read { try $0.exportedUser(user) }
    }

    /// Returns the files of `user` that cannot be rendered again; nil if a file is missing.
    /// - Throws: `BulkError.badLine`, or an error of the store.
    package func files(of user: ExportedUser) throws -> [(bytes: [UInt8], key: ObjectKey)]? {
        var files: [(bytes: [UInt8], key: ObjectKey)] = []
        for key in try user.media.flatMap({ try $0.keys() }) {
            guard let bytes = try objects.get(key) else { return nil }
            files.append((bytes, key))
        }
        return files
    }

    /// Whether the user exists and equals the export.
    /// - Throws: `BulkError` if the user exists with other data, or a media item of the export belongs to another user.
    package func isRestored(_ user: ExportedUser) throws -> Bool {
        try metadata.read { try $0.isRestored(user) }
    }

    /// Adds the users with the data of the export, like `store`. The caller has excluded users for which `isRestored`
    /// returns true or throws: their files would be overwritten.
    package func restore(
        _ users: [(user: ExportedUser, files: [(bytes: [UInt8], key: ObjectKey)])],
        by actor: AuditActor,
        now: Date = .now
    ) throws -> [(any Error)?] {
        // Tombstones of erased users would cause refusals.
        removals.finishIfPossible()
        return try store(users, files: \.files) { try $1.restore($0.user, by: actor, at: now) }
    }

    /// Records in the audit that all users were exported to a folder.
    package func recordExport(to folder: String, by actor: AuditActor, now: Date = .now) throws {
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

/// The data of one user in an import, ready to store.
package struct BulkEntry: Sendable {
    package let user: UserID
    /// The user's picture; nil if there is none or it was imported before.
    package let image: PreparedImage?
    /// The digest of the picture's file, by which the next import recognises it.
    package let digest: String?
    /// Sets the attributes that the import contains; nil changes none.
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
