import ArgumentParser
import ProfileImages
import Storage

struct WebhookList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the webhooks: identifier, state, shape, events, how many wait, how many were given up, URL."
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "A JSON object a line.")
    var json = false

    func run() throws {
        let store = try SQLiteMetadataStore(options.settings(), for: .reading)
        let counts = try store.read { try $0.deliveryCounts() }
        for line in try store.read({ try $0.webhooks() }).map({ WebhookLine($0, counts: counts[$0.id] ?? (0, 0)) }) {
            print(json ? try JSONLine.text(line) : line.text)
        }
    }
}
