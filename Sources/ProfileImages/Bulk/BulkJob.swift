package import FoundationEssentials

/// A change of many users that somebody asked for, and what became of it. It is kept for a day.
package struct BulkJob: Codable, Equatable, Sendable {
    /// Why an item was refused.
    package struct Fault: Codable, Equatable, Sendable {
        package let code: String
        package let message: String
        /// The member that is meant; nil for the whole item.
        package let path: String?

        package init(code: String, message: String, path: String?) {
            self.code = code
            self.message = message
            self.path = path
        }
    }

    /// An item that was refused; all others were carried out.
    package struct Refusal: Codable, Equatable, Sendable {
        /// Whom it is about, where that is known: erasing them removes the job.
        package let user: UserID?
        /// As it came.
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
    /// What was asked for beside the items, in the words of who asked.
    package let parameters: [String: JSONValue]
    /// Why nothing was done at all; nil when the items were gone through.
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
