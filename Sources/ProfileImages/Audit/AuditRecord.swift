package import FoundationEssentials

/// One record of the audit: actor, action, affected user and time. It never changes.
package struct AuditRecord: Equatable, Sendable {
    /// The kinds of audited actions.
    package enum Action: Equatable, Sendable {
        /// A change that was also recorded as an event.
        case event(ProfileEvent.Kind)
        case mediaAdded
        case mediaDeleted
        case mediaExpired
        /// An upload ticket was issued.
        case uploadAllowed
        case keyCreated
        case keyRevoked
        /// All users were exported to a folder.
        case exported
        /// All data was backed up to a folder.
        case backedUp
        /// All data was restored from a backup.
        case restored
        /// The user was restored from an export.
        case userRestored
    }

    /// Increases with every record.
    package let sequence: Int64
    package let time: Date
    package let actor: AuditActor
    package let action: Action
    /// The user whose data was affected; nil if there is none.
    package let userID: UserID?
    /// The object or result of the action: for example a media identifier, or the digest of an erasure receipt.
    package let subject: String?

    package init(sequence: Int64, time: Date, actor: AuditActor, action: Action, userID: UserID?, subject: String?) {
        self.sequence = sequence
        self.time = time
        self.actor = actor
        self.action = action
        self.userID = userID
        self.subject = subject
    }
}

/// The author of a change, as recorded in events and in the audit.
package struct AuditActor: Equatable, Sendable {
    /// The means by which the actor was authenticated.
    package enum Credential: String, Sendable {
        case token
        case apiKey = "api-key"
        /// The web server has authenticated the user.
        case remoteUser = "remote-user"
        /// An upload ticket.
        case presignedURL = "presigned-url"
        /// A command of portraitd, run by the operator.
        case command
        /// The worker process, without a request.
        case worker
    }

    package let credential: Credential
    /// The user identifier, the identifier of the API key, or the name of the command or task.
    package let name: String
    /// The identifier of the request that makes the change; nil outside of requests.
    package let requestID: String?

    package init(_ credential: Credential, name: String, requestID: String? = nil) {
        self.credential = credential
        self.name = name
        self.requestID = requestID
    }
}

extension AuditRecord.Action: RawRepresentable {
    private static let own: [Self] = [
        .mediaAdded, .mediaDeleted, .mediaExpired, .uploadAllowed, .keyCreated, .keyRevoked, .exported, .backedUp,
        .restored, .userRestored,
    ]

    package var rawValue: String {
        switch self {
        case .event(let kind): kind.rawValue
        case .mediaAdded: "media.added"
        case .mediaDeleted: "media.deleted"
        case .mediaExpired: "media.expired"
        case .uploadAllowed: "upload.allowed"
        case .keyCreated: "key.created"
        case .keyRevoked: "key.revoked"
        case .exported: "exported"
        case .backedUp: "backed-up"
        case .restored: "restored"
        case .userRestored: "user.restored"
        }
    }

    package init?(rawValue: String) {
        let known = ProfileEvent.Kind.allCases.map(Self.event) + Self.own
        guard let action = known.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = action
    }
}

/// Reads the audit.
package protocol AuditReading {
    /// Returns up to `limit` records, oldest first, starting after `sequence`; nil for `user` selects all users.
    func auditRecords(of user: UserID?, after sequence: Int64, limit: Int) throws -> [AuditRecord]

    /// Returns the last record of one of these actions on the user's data; nil if there is none.
    func latestAuditRecord(of user: UserID, among actions: [AuditRecord.Action]) throws -> AuditRecord?
}

package protocol AuditWriting {
    func insertAuditRecord(
        _ action: AuditRecord.Action,
        of user: UserID?,
        subject: String?,
        by actor: AuditActor,
        at time: Date
    ) throws
}
