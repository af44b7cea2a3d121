import ArgumentParser
import ProfileImages
import Storage

struct WebhookRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a webhook, with all that waits for it."
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The webhook's identifier, as the list shows it.")
    var id: String

    func run() throws {
        let store = try SQLiteMetadataStore(options.settings(), for: .writing)
        guard try store.write({ try $0.deleteWebhook(id: id) }) else { throw ExitCode.noWebhook(id) }
    }
}
