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
    }

    /// Grows from record to record.
    package let sequence: Int64
    package let time: Date
    package let actor: Actor
    package let action: Action
    /// Whose data it was.
    package let userID: UserID
    /// What it was done to or what came of it: a media item's identifier, a receipt's digest.
    package let subject: String?

    package init(sequence: Int64, time: Date, actor: Actor, action: Action, userID: UserID, subject: String?) {
        self.sequence = sequence
        self.time = time
        self.actor = actor
        self.action = action
        self.userID = userID
        self.subject = subject
    }
}

extension AuditRecord.Action: RawRepresentable {
    package var rawValue: String {
        switch self {
        case .event(let kind): kind.rawValue
        case .mediaAdded: "media.added"
        case .mediaDeleted: "media.deleted"
        case .mediaExpired: "media.expired"
        }
    }

    package init?(rawValue: String) {
        switch rawValue {
        case "media.added": self = .mediaAdded
        case "media.deleted": self = .mediaDeleted
        case "media.expired": self = .mediaExpired
        default:
            guard let kind = Event.Kind(rawValue: rawValue) else { return nil }
            self = .event(kind)
        }
    }
}
