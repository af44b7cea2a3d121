import ArgumentParser
import FoundationEssentials
import ProfileImages
import Server
import Storage

/// `portraitd audit`: who did what, and when.
struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show who did what, and when: number, time, credential, who, request, what, to whom, to what.",
        discussion: """
            Nothing is ever removed from it, also when a user is erased. To read on where one has stopped, say the last \
            number: --after 1234.
            """
    )

    private static let batch = 1000

    @OptionGroup var options: SettingsOptions

    @Option(help: "Only what was done to this user.", transform: UserID.init(argument:))
    var user: UserID?

    @Option(help: "Only what comes after the record of this number.")
    var after: Int64 = 0

    @Flag(help: "A JSON object a line.")
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
