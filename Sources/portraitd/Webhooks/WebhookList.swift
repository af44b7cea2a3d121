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

    @Flag(help: "A JSON object a line.")
    var json = false

    private struct Line: Encodable {
        let id: String
        let url: String
        let shape: String
        /// Absent for all.
        let events: [String]?
        let disabledBecause: String?
        let pausedUntil: Date?
        let pending: Int
        let dead: Int

        init(_ webhook: Webhook, counts: (pending: Int, dead: Int)) {
            id = webhook.id
            url = webhook.url.rawValue
            shape = webhook.shape.rawValue
            events = webhook.kinds.map { $0.map(\.rawValue).sorted() }
            disabledBecause = webhook.disabledBecause
            pausedUntil = webhook.pausedUntil.flatMap { $0 > .now ? $0 : nil }
            (pending, dead) = counts
        }

        var text: String {
            let kinds = events?.joined(separator: ",") ?? "all"
            return [id, state, shape, kinds, "\(pending) pending", "\(dead) dead", url].joined(separator: "\t")
        }

        private var state: String {
            if let disabledBecause { return "disabled (\(disabledBecause))" }
            return pausedUntil.map { "paused until \($0.iso8601)" } ?? "enabled"
        }
    }

    func run() throws {
        let store = try SQLiteMetadataStore(options.settings())
        let counts = try store.deliveryCounts()
        for line in try store.webhooks().map({ Line($0, counts: counts[$0.id] ?? (0, 0)) }) {
            print(json ? try JSONLine.text(line) : line.text)
        }
    }
}
