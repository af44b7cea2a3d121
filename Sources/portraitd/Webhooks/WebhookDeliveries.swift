import ArgumentParser
import Composition
import Curl
import FoundationEssentials
import HTTPTypes
import ProfileImages
import Server
import Storage
import Worker

struct WebhookTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Send a signed test event to a webhook now, and print the answer.",
        discussion:
            "The event has the type webhook.test (EventTrigger Test in a profile-notification) and names no user."
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The webhook's identifier, as the list shows it.")
    var id: String

    func run() throws {
        let settings = try options.settings()
        let store = try SQLiteMetadataStore(settings, for: .writing)
        guard let webhook = try store.read({ try $0.webhooks() }).first(where: { $0.id == id }) else {
            throw ExitCode.noWebhook(id)
        }
        let message = try WebhookMessage(testAs: webhook.shape, urls: PictureURLs(settings.service, metadata: store))
        do {
            var client = try HTTPClient(policy: .webhook(settings))
            let answer = try client.send(message.call(to: webhook))
            print("HTTP \(answer.status.code)")
            if !answer.body.isEmpty { print(String(decoding: answer.body, as: UTF8.self)) }
            guard answer.status.kind == .successful else { throw ExitCode.failure }
        } catch let error as HTTPClientError {
            throw ExitCode.failure.because(error.description)
        }
    }
}

struct WebhookReplay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Deliver events again.",
        discussion: """
            Only events that are still kept can be replayed (PORTRAITD_KEEP_EVENTS). They keep their identifiers, and \
            may be older than events that the receiver has got already.
            """
    )

    /// Small transactions, so that other writers do not wait long.
    private static let batch = 500

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The event's identifier.")
    var event: String?

    @Flag(help: "All deliveries that were given up.")
    var dead = false

    @Option(
        help: ArgumentHelp("All events since a time like 2026-11-21T10:00:00Z.", valueName: "time"),
        transform: Date.init(argument:)
    )
    var since: Date?

    @Option(help: ArgumentHelp("Only to this webhook, even if it does not receive such events.", valueName: "id"))
    var webhook: String?

    func validate() throws {
        guard [event != nil, dead, since != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("Add an event, --dead or --since.")
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
