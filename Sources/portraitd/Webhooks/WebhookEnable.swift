import ArgumentParser
import Storage

struct WebhookEnable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Send events to a webhook again, from now on."
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The webhook's identifier, as the list shows it.")
    var id: String

    func run() throws {
        guard try SQLiteMetadataStore(options.settings()).enableWebhook(id: id) else { throw ExitCode.noWebhook(id) }
    }
}
