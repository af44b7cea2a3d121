import ArgumentParser
import FoundationEssentials
import ProfileImages
import Storage

struct WebhookReplay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Deliver events once more.",
        discussion: """
            Only what is still kept can be replayed (PORTRAITD_KEEP_EVENTS). A receiver gets the same identifiers again, and \
            events from before those that it has got already.
            """
    )

    /// So few at once that nobody waits long for the database.
    private static let batch = 500

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The event's identifier.")
    var event: String?

    @Flag(help: "Everything that was given up.")
    var dead = false

    @Option(
        help: ArgumentHelp("Everything that has happened since, like 2026-11-21T10:00:00Z.", valueName: "time"),
        transform: Date.init(argument:)
    )
    var since: Date?

    @Option(help: ArgumentHelp("To this webhook only, whatever events it wants.", valueName: "id"))
    var webhook: String?

    func validate() throws {
        guard [event != nil, dead, since != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("Say what to replay: an event, or --dead, or --since.")
        }
    }

    func run() throws {
        let store = try SQLiteMetadataStore(options.settings(), for: .writing)
        let webhooks = try store.read { try $0.webhooks() }
        if let webhook, !webhooks.contains(where: { $0.id == webhook && $0.disabledBecause == nil }) {
            throw ExitCode.failure.because("There is no webhook \(webhook), or it is disabled.")
        }
        let selection = event.map(Replay.event) ?? since.map(Replay.since) ?? .dead
        var (count, last) = (0, Int64(0))
        while let some = try store.write({
            try $0.replay(selection, after: last, limit: Self.batch, to: webhook, at: .now)
        }) {
            count += some.deliveries
            last = some.last
        }
        print("\(count) deliveries")
    }
}

extension Date {
    fileprivate init(argument: String) throws {
        guard let date = try? Date(argument, strategy: .iso8601) else {
            throw ValidationError("A time is written like 2026-11-21T10:00:00Z.")
        }
        self = date
    }
}
