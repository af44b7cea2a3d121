import ArgumentParser
import FoundationEssentials
import ProfileImages
import Storage

struct WebhookDisable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Send nothing to a webhook any more.",
        discussion: "What waits for it is given up. When it is enabled again, replay --dead delivers that."
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
