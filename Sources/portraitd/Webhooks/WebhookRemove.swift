import ArgumentParser
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
        guard try SQLiteMetadataStore(options.settings()).removeWebhook(id: id) else { throw ExitCode.noWebhook(id) }
    }
}
