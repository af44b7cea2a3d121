import ArgumentParser
import FoundationEssentials
import ProfileImages
import Storage

struct WebhookList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the webhooks: identifier, state, shape, events, how many wait, how many were given up, URL."
    )

    @OptionGroup var options: SettingsOptions

    func run() throws {
        let store = try SQLiteMetadataStore(options.settings())
        let counts = try store.deliveryCounts()
        for webhook in try store.webhooks() {
            let (pending, dead) = counts[webhook.id] ?? (0, 0)
            let kinds = webhook.kinds.map { $0.map(\.rawValue).sorted().joined(separator: ",") } ?? "all"
            let columns = [
                webhook.id, state(of: webhook), webhook.shape.rawValue, kinds, "\(pending) pending", "\(dead) dead",
                webhook.url.rawValue,
            ]
            print(columns.joined(separator: "\t"))
        }
    }

    private func state(of webhook: Webhook) -> String {
        if let reason = webhook.disabledBecause { return "disabled (\(reason))" }
        guard let end = webhook.pausedUntil, end > .now else { return "enabled" }
        return "paused until \(end.iso8601)"
    }
}
