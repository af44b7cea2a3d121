import FoundationEssentials
import ProfileImages

/// A webhook as it is printed.
struct WebhookLine: Encodable {
    let id: String
    let url: String
    let shape: String
    /// Absent for all.
    let events: [String]?
    let disabledBecause: String?
    let pausedUntil: Date?
    let pending: Int
    let dead: Int
    /// The secret itself, when it is shown for once.
    let secret: String?

    init(_ webhook: Webhook, counts: (pending: Int, dead: Int) = (0, 0), secret: WebhookSecret? = nil) {
        id = webhook.id
        url = webhook.url.rawValue
        shape = webhook.shape.rawValue
        events = webhook.kinds.map { $0.map(\.rawValue).sorted() }
        disabledBecause = webhook.disabledBecause
        pausedUntil = webhook.pausedUntil.flatMap { $0 > .now ? $0 : nil }
        (pending, dead) = counts
        self.secret = secret?.rawValue
    }

    /// What the list shows, with a tab between two of it.
    var text: String {
        let kinds = events?.joined(separator: ",") ?? "all"
        return [id, state, shape, kinds, "\(pending) pending", "\(dead) dead", url].joined(separator: "\t")
    }

    private var state: String {
        if let disabledBecause { return "disabled (\(disabledBecause))" }
        return pausedUntil.map { "paused until \($0.iso8601)" } ?? "enabled"
    }
}
