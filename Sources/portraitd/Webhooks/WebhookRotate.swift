import ArgumentParser
import FoundationEssentials
import ProfileImages
import Storage

struct WebhookRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give a webhook another secret, and print it.",
        discussion: """
            It is shown this once. For a while messages bear two signatures, so that the receiver may know either secret.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The webhook's identifier, as the list shows it.")
    var id: String

    @Option(help: "How many hours the former secret signs, too; 0 when it is known to others.")
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
