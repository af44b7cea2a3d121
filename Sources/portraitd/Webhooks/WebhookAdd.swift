import ArgumentParser
import FoundationEssentials
import ProfileImages
import Server
import Storage
import SystemPackage

struct WebhookAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a webhook, and print its identifier and secret.",
        discussion: """
            It hears of what happens from now on. The receiver needs the secret to verify signatures; it is shown this once. \
            The URL may lead to a private address: it is yours. Redirects are not followed.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Option(help: "Where to send events to: http or https.", transform: RemoteURL.init(argument:))
    var url: RemoteURL

    @Option(
        help: ArgumentHelp(
            "Which events, separated by commas; all without this option.",
            discussion: Event.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        ),
        transform: Set<Event.Kind>.init(argument:)
    )
    var events: Set<Event.Kind>?

    @Option(help: "What a message looks like: cloudevents or profile-notification.")
    var shape = Webhook.Shape.cloudEvents

    @Flag(help: "Print a JSON object, as the list does, with the secret.")
    var json = false

    func run() throws {
        let settings = try options.settings()
        let webhook = Webhook(url: url, kinds: events, shape: shape, createdAt: .now)
        do {
            try SQLiteMetadataStore(settings, for: .writing).write { try $0.addWebhook(webhook) }
        } catch WebhookError.tooMany(let limit) {
            throw ExitCode.failure.because("There are \(limit) webhooks already, as many as there may be.")
        }
        let secret = webhook.secret
        print(json ? try JSONLine.text(WebhookLine(webhook, secret: secret)) : "\(webhook.id)\t\(secret.rawValue)")
        if settings.publicURL == nil {
            warn("PORTRAITD_PUBLIC_URL is not set: URLs in events are relative, like /images/….")
        }
    }

    private func warn(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll("\(text)\n".utf8)
    }
}
