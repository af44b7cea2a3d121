package import ProfileImages

/// An audit record as JSON.
package struct AuditResource: Encodable {
    let sequence: Int64
    let time: String
    /// What proved who did it, and their name.
    let credential: String
    let actor: String
    let requestId: String?
    let action: String
    /// Whose data it was; absent where it was nobody's.
    let userId: String?
    let subject: String?

    package init(_ record: AuditRecord) {
        sequence = record.sequence
        time = record.time.iso8601
        credential = record.actor.credential.rawValue
        actor = record.actor.name
        requestId = record.actor.requestID
        action = record.action.rawValue
        userId = record.userID?.rawValue
        subject = record.subject
    }
}
