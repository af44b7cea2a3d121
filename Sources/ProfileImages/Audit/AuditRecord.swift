package import FoundationEssentials

/// One line of the audit: who did what to whom, and when. It is never changed.
package struct AuditRecord: Equatable, Sendable {
    /// What can be done, as the audit names it.
    package enum Action: Equatable, Sendable {
        /// Other systems were told of it.
        case event(Event.Kind)
        case mediaAdded
        case mediaDeleted
        case mediaExpired
        /// Somebody was given a URL to upload to.
        case uploadAllowed
        case keyCreated
        case keyRevoked
        /// Everything was written to a folder.
        case exported
        /// Everything was copied to a folder.
        case backedUp
        /// Everything was copied back from there.
        case restored
        /// The user was restored from there.
        case userRestored
    }

    /// Grows from record to record.
    package let sequence: Int64
    package let time: Date
    package let actor: Actor
    package let action: Action
    /// Whose data it was; nil where it was nobody's.
    package let userID: UserID?
    /// What it was done to or what came of it: a media item's identifier, a receipt's digest.
    package let subject: String?

    package init(sequence: Int64, time: Date, actor: Actor, action: Action, userID: UserID?, subject: String?) {
        self.sequence = sequence
        self.time = time
        self.actor = actor
        self.action = action
        self.userID = userID
        self.subject = subject
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
        let known = Event.Kind.allCases.map(Self.event) + Self.own
        guard let action = known.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = action
    }
}
