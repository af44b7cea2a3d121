import ArgumentParser
import ProfileImages
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
        let store = try SQLiteMetadataStore(options.settings(), for: .writing)
        guard try store.write({ try $0.setDisabled(webhook: id, because: nil) }) else { throw ExitCode.noWebhook(id) }
    }
}
