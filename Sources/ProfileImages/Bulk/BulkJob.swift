import Bytes
package import FoundationEssentials

/// A requested change of many users, with its result. It is kept for a day.
package struct BulkJob: Codable, Equatable, Sendable {
    /// A reason why an item was refused.
    package struct Fault: Codable, Equatable, Sendable {
        package let code: String
        package let message: String
        /// The path of the faulty member; nil for the whole item.
        package let path: String?

        package init(code: String, message: String, path: String?) {
            self.code = code
            self.message = message
            self.path = path
        }
    }

    /// A refused item. All other items were stored.
    package struct Refusal: Codable, Equatable, Sendable {
        /// The user that the item concerns; nil if unknown. Erasing the user deletes the job.
        package let user: UserID?
        /// The item as it was received.
        package let item: JSONValue
        package let faults: [Fault]

        package init(user: UserID?, item: JSONValue, faults: [Fault]) {
            self.user = user
            self.item = item
            self.faults = faults
        }
    }

    package static let timeKept: TimeInterval = 86_400

    package let id: String
    package let createdAt: Date
    /// The parameters of the request, with the names that the client used.
    package let parameters: [String: JSONValue]
    /// The reason why no item was processed; nil if the items were processed.
    package let failure: String?
    package let inserted: Int
    package let updated: Int
    package let refusals: [Refusal]

    package init(
        createdAt: Date,
        parameters: [String: JSONValue],
        failure: String? = nil,
        inserted: Int = 0,
        updated: Int = 0,
        refusals: [Refusal] = []
    ) {
        id = "job_\(UInt128.random(in: .min ... .max).hexadecimal)"
        self.createdAt = createdAt.inWholeMilliseconds
        self.parameters = parameters
        self.failure = failure
        self.inserted = inserted
        self.updated = updated
        self.refusals = refusals
    }
}

/// The change of one user in a bulk job.
package struct BulkChange: Sendable {
    /// The result of a change.
    package enum Outcome: Sendable {
        case inserted
        case updated
        /// The user exists already, and the job does not change existing users.
        case known(UserID)
        /// The e-mail address belongs to another user than the change names.
        case otherUser(UserID)
        case refused(UserID, any Error)
    }

    /// The user to change; nil selects the user by the e-mail address.
    package let user: UserID?
    package let email: EmailAddress
    /// Sets the attributes that the item contains.
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

/// Reads the rows for imports and exports of many users.
package protocol BulkReading {
    /// Whether a previous import has stored the file with this digest for the user.
    func isImported(_ digest: String, of user: UserID) throws -> Bool

    func bulkJob(_ id: String) throws -> BulkJob?

    func hasBulkJob(before time: Date) throws -> Bool

    /// Returns up to `limit` users with all their data in the order of creation, starting after `number`. The number of
    /// the last user continues the list.
    func exportedUsers(after number: Int64, limit: Int) throws -> [(number: Int64, user: ExportedUser)]

    /// Returns the user with all data; nil if there is no such user.
    func exportedUser(_ user: UserID) throws -> ExportedUser?
}

package protocol BulkWriting {
    /// Records that an import has stored the file with this digest for the user.
    func insertImported(_ digest: String, of user: UserID) throws

    func insertBulkJob(_ job: BulkJob) throws

    func deleteBulkJobs(before time: Date) throws

    /// Inserts a media item with the data of an export.
    func insertMedia(_ item: ExportedUser.Item, of user: UserID) throws
}
