import ArgumentParser
import Composition
import FoundationEssentials
import ProfileImages
import Server
import Storage
import SystemPackage

/// `portraitd webhook`: manages the receivers of events.
struct WebhookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "Manage webhooks, the receivers of events.",
        discussion: """
            A webhook is a URL that gets a signed POST request for each event (Standard Webhooks, \
            standardwebhooks.com). The worker sends the requests, in order for each user, until the receiver answers \
            2xx. A failed delivery is tried up to twelve times within two days, and then given up until it is \
            replayed. A receiver that answers 410 is disabled.
            """,
        subcommands: [
            WebhookAdd.self, WebhookList.self, WebhookTest.self, WebhookRotate.self, WebhookReplay.self,
            WebhookDisable.self, WebhookEnable.self, WebhookRemove.self,
        ]
    )
}

struct WebhookAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a webhook, and print its identifier and secret.",
        discussion: """
            The webhook gets the events from now on. The receiver needs the secret to verify signatures; it is shown \
            only once. The URL may have a private address. Redirects are not followed.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Option(help: "The URL that gets the events: http or https.", transform: RemoteURL.init(argument:))
    var url: RemoteURL

    @Option(
        help: ArgumentHelp(
            "The events, separated by commas. Without this option all events.",
            discussion: ProfileEvent.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        ),
        transform: Set<ProfileEvent.Kind>.init(argument:)
    )
    var events: Set<ProfileEvent.Kind>?

    @Option(help: "The format of messages: cloudevents or profile-notification.")
    var shape = Webhook.Shape.cloudEvents

    @Flag(help: "Print a JSON object like the list, with the secret.")
    var json = false

    func run() throws {
        let settings = try options.settings()
        let webhook = Webhook(url: url, kinds: events, shape: shape, createdAt: .now)
        do {
            try SQLiteMetadataStore(settings, for: .writing).write { try $0.addWebhook(webhook) }
        } catch WebhookError.tooMany(let limit) {
            throw ExitCode.failure.because("There are \(limit) webhooks already, which is the maximum.")
        }
        let secret = webhook.secret
        print(json ? try JSONLine.text(WebhookLine(webhook, secret: secret)) : "\(webhook.id)\t\(secret.rawValue)")
        if settings.service.publicURL == nil {
            warn("PORTRAITD_PUBLIC_URL is not set: URLs in events are relative, like /images/….")
        }
    }

    private func warn(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll("\(text)\n".utf8)
    }
}

struct WebhookList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the webhooks: identifier, state, shape, events, pending deliveries, dead deliveries, URL."
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Print one JSON object per line.")
    var json = false

    func run() throws {
        let store = try SQLiteMetadataStore(options.settings(), for: .reading)
        let counts = try store.read { try $0.deliveryCounts() }
        for line in try store.read({ try $0.webhooks() }).map({ WebhookLine($0, counts: counts[$0.id] ?? (0, 0)) }) {
            print(json ? try JSONLine.text(line) : line.text)
        }
    }
}

/// A webhook in printed form.
struct WebhookLine: Encodable {
    let id: String
    let url: String
    let shape: String
    /// Absent if the webhook receives all events.
    let events: [String]?
    let disabledBecause: String?
    let pausedUntil: Date?
    let pending: Int
    let dead: Int
    /// The secret; only at its creation.
    let secret: String?

    init(_ webhook: Webhook, counts: (pending: Int, dead: Int) = (0, 0), secret: WebhookSecret? = nil) {
        id = webhook.id
        url = webhook.url.rawValue
        shape = webhook.shape.rawValue
        events = webhook.kinds.map { $0.map(\.rawValue).sorted() }
        disabledBecause = webhook.disabledBecause
        pausedUntil = webhook.pausedUntil.flatMap { $0 > .now ? $0 : nil }
        (pending, dead) = counts
        self.secret = secret?.rawValue
    }

    /// The line in the list; tabs separate the columns.
    var text: String {
        let kinds = events?.joined(separator: ",") ?? "all"
        return [id, state, shape, kinds, "\(pending) pending", "\(dead) dead", url].joined(separator: "\t")
    }

    private var state: String {
        if let disabledBecause { return "disabled (\(disabledBecause))" }
        return pausedUntil.map { "paused until \($0.iso8601)" } ?? "enabled"
    }
}

extension Webhook.Shape: ExpressibleByArgument {}

extension RemoteURL {
    init(argument: String) throws {
        guard let url = RemoteURL(rawValue: argument) else {
            throw ValidationError("A URL is absolute, begins with http or https, and holds no password.")
        }
        self = url
    }
}

extension Set<ProfileEvent.Kind> {
    init(argument: String) throws {
        self = Set(
            try argument.split(separator: ",").map { name in
                guard let kind = ProfileEvent.Kind(rawValue: String(name)) else {
                    let known = ProfileEvent.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("\(name) is not an event; there are \(known).")
                }
                return kind
            }
        )
        guard !isEmpty else { throw ValidationError("Name at least one event.") }
    }
}

extension ExitCode {
    static func noWebhook(_ id: String) -> ExitCode {
        failure.because("There is no webhook \(id).")
    }
}
