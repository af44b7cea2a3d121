import ArgumentParser
import Composition
import FoundationEssentials
import ProfileImages
import Server
import Storage

/// `portraitd audit`: prints the records of all changes.
struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List all changes: number, time, credential, actor, request, action, user, subject.",
        discussion: """
            No record is ever removed, not even when a user is erased. To continue after the last record that you \
            have read, name its number: --after 1234.
            """
    )

    private static let batch = 1000

    @OptionGroup var options: SettingsOptions

    @Option(help: "Only records about this user.", transform: UserID.init(argument:))
    var user: UserID?

    @Option(help: "Only records after the record with this number.")
    var after: Int64 = 0

    @Flag(help: "Print one JSON object per line.")
    var json = false

    func run() throws {
        let store = try SQLiteMetadataStore(options.settings(), for: .reading)
        var last = after
        while true {
            let records = try store.read { try $0.auditRecords(of: user, after: last, limit: Self.batch) }
            guard let newest = records.last else { return }
            for record in records { print(json ? try JSONLine.text(AuditResource(record)) : Self.line(record)) }
            last = newest.sequence
        }
    }

    private static func line(_ record: AuditRecord) -> String {
        [
            String(record.sequence), record.time.iso8601, record.actor.credential.rawValue, record.actor.name,
            record.actor.requestID ?? "-", record.action.rawValue, record.userID?.rawValue ?? "-",
            record.subject ?? "-",
        ].joined(separator: "\t")
    }
}
