import FoundationEssentials
import GRDB
package import ProfileImages

extension SQLiteMetadataStore {
    package func events(after sequence: Int64, limit: Int) throws -> [Event] {
        try read { try EventRow.fetch(after: sequence, limit: limit, from: $0) }
    }

    /// Writes down what has happened to a user, for other systems and for the audit.
    /// - Parameter subject: the media item or the receipt that it is about.
    func record(
        _ kind: Event.Kind,
        of user: UserID,
        subject: String?,
        by actor: Actor,
        at time: Date,
        in database: Database
    ) throws {
        var profile = try ProfileRow.fetch(of: user, from: database)
        // No event tells of it, so that a value that was changed lives on nowhere.
        profile?.attributes.privateMetadata = [:]
        try EventRow.add(kind, of: user, profile: profile, by: actor, at: time, to: database)
        try AuditRow.add(
            .event(kind),
            of: user.rawValue,
            subject: subject,
            by: actor,
            at: time,
            to: database
        )
    }
}
