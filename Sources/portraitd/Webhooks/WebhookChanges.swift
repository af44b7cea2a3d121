import ArgumentParser
import Composition
import FoundationEssentials
import ProfileImages
import Storage

struct WebhookRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Replace the secret of a webhook, and print the new one.",
        discussion: """
            The secret is shown only once. During the overlap messages have two signatures, so that the receiver may \
            use either secret.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The webhook's identifier, as the list shows it.")
    var id: String

    @Option(help: "How many hours the former secret signs too; 0 if others know it.")
    var overlap = 24.0

    func validate() throws {
        guard (0...8760).contains(overlap) else { throw ValidationError("The overlap is 0 to 8760 hours.") }
    }

    func run() throws {
        let secret = WebhookSecret.random()
        let store = try SQLiteMetadataStore(options.settings(), for: .writing)
        let end = Date.now.addingTimeInterval(overlap * 3600)
        guard try store.write({ try $0.setSecret(ofWebhook: id, to: secret, keepingFormerUntil: end) }) else {
            throw ExitCode.noWebhook(id)
        }
        print(secret.rawValue)
    }
}

struct WebhookDisable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Stop sending events to a webhook.",
        discussion: "Its pending deliveries are given up. After it is enabled again, replay --dead delivers them."
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The webhook's identifier, as the list shows it.")
    var id: String

    func run() throws {
        let store = try SQLiteMetadataStore(options.settings(), for: .writing)
        guard try store.write({ try $0.disableWebhook(id: id, because: "by command", at: .now) }) else {
            throw ExitCode.noWebhook(id)
        }
    }
}

struct WebhookEnable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Send events to a webhook again, from now on."
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The webhook's identifier, as the list shows it.")
    var id: String

    func run() throws {
        let store = try SQLiteMetadataStore(options.settings(), for: .writing)
        guard try store.write({ try $0.setDisabled(webhook: id, because: nil) }) else { throw ExitCode.noWebhook(id) }
    }
}

struct WebhookRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a webhook and its pending deliveries."
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The webhook's identifier, as the list shows it.")
    var id: String

    func run() throws {
        let store = try SQLiteMetadataStore(options.settings(), for: .writing)
        guard try store.write({ try $0.deleteWebhook(id: id) }) else { throw ExitCode.noWebhook(id) }
    }
}
