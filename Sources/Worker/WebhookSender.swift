import Curl
import FoundationEssentials
import Logging
import ProfileImages

/// Sends what is due for one webhook, on a thread of its own.
struct WebhookSender: Sendable {
    /// How many queues are taken at once, and how many deliveries of each: flushing the disk takes as long as some requests.
    private static let maxQueues = 32
    private static let maxLength = 8
    /// How long what was taken is sent, before the rest is given back for others to send.
    private static let patience = Duration.seconds(1)
    /// Longer than that and one more request.
    private static let lease: TimeInterval = 30

    let webhookID: String
    let store: any MetadataStore
    let urls: PictureURLs
    let policy: HTTPPolicy
    let logger: Logger
    let isStopped: @Sendable () -> Bool

    /// Sends until nothing is due.
    func run() {
        do {
            var client = try HTTPClient(policy: policy, isStopped: isStopped)
            // Few at first: whoever answers slowly or not at all holds up few users.
            var limit = 1
            while !isStopped(), let haveArrived = try sendDue(limit, with: &client) {
                limit = haveArrived ? min(2 * limit, Self.maxQueues) : 1
            }
        } catch {
            logger.error("deliveries broke off", metadata: ["webhook.id": "\(webhookID)", "cause": "\(error)"])
            Pause.wait(for: .seconds(5), unless: isStopped)
        }
    }

    /// Takes up to `limit` queues that are due, and sends what is in them.
    /// - Returns: whether everything has arrived; nil when nothing is to be sent now.
    func sendDue(_ limit: Int, with client: inout HTTPClient) throws -> Bool? {
        let now = Date.now
        let taken = try store.takeDeliveries(
            for: webhookID,
            limit: limit,
            length: Self.maxLength,
            until: now.addingTimeInterval(Self.lease),
            now: now
        )
        guard let (webhook, queues) = taken, !queues.isEmpty else { return nil }
        let end = ContinuousClock.now + Self.patience
        var outcomes = queues.map(WebhookOutcome.init)
        for index in outcomes.indices {
            try send(&outcomes[index], to: webhook, with: &client, until: end)
            guard outcomes[index].closing == nil else { break }
        }
        try finish(outcomes)
        try close(webhook, as: outcomes.lazy.compactMap(\.closing).first)
        return outcomes.allSatisfy(\.isComplete)
    }

    private func send(
        _ outcome: inout WebhookOutcome,
        to webhook: Webhook,
        with client: inout HTTPClient,
        until end: ContinuousClock.Instant
    ) throws {
        // A delivery during which the worker ended counts as a failed attempt: the next one waits, as after any failure.
        if outcome.queue.wasAbandoned, let delivery = outcome.next {
            let answer = WebhookAnswer.failed(reason: "the worker ended before the answer came")
            outcome.record(answer, now: .now)
            log(answer, to: delivery, outcome)
        }
        while let delivery = outcome.next, ContinuousClock.now < end, !isStopped() {
            let message = try WebhookMessage(delivery.event, as: webhook.shape, urls: urls)
            let answer = message.send(to: webhook, with: &client)
            outcome.record(answer, now: .now)
            log(answer, to: delivery, outcome)
        }
    }

    /// What is not recorded is sent once more, so a database that is busy is asked again.
    private func finish(_ outcomes: [WebhookOutcome]) throws {
        let results = outcomes.map { ($0.queue, $0.delivered, $0.ending) }
        for _ in 1...10 {
            do {
                return try store.write { transaction in
                    for (queue, delivered, ending) in results {
                        try transaction.finishDeliveries(queue, delivered: delivered, ending: ending, at: .now)
                    }
                }
            } catch StoreError.busy {
                Pause.wait(for: .milliseconds(500))
            }
        }
        throw StoreError.busy
    }

    private func close(_ webhook: Webhook, as closing: WebhookOutcome.Closing?) throws {
        switch closing {
        case nil: break
        case .pause(let time):
            try store.write { try $0.setPaused(webhook: webhook.id, until: .now + time / .seconds(1)) }
        case .gone:
            _ = try store.write { try $0.disableWebhook(id: webhook.id, because: "HTTP 410", at: .now) }
            logger.warning("a webhook is disabled: its receiver is gone", metadata: ["webhook.id": "\(webhook.id)"])
        }
    }

    private func log(_ answer: WebhookAnswer, to delivery: DeliveryQueue.Delivery, _ outcome: WebhookOutcome) {
        var metadata: Logger.Metadata = [
            "webhook.id": "\(webhookID)", "event.id": "\(delivery.event.id)",
            "user.id": "\(delivery.event.userID.rawValue)",
        ]
        switch outcome.ending {
        case .released where answer == .arrived:
            logger.debug("an event was delivered", metadata: metadata)
        case .released: break
        case .postponed(let time, let failures, let reason):
            metadata["attempt"] = "\(failures)"
            metadata["cause"] = "\(reason)"
            metadata["next"] = "\(time.iso8601)"
            logger.notice("an event was not delivered", metadata: metadata)
        case .dead(let failures, let reason):
            metadata["attempt"] = "\(failures)"
            metadata["cause"] = "\(reason)"
            logger.error("an event is given up; replay delivers it again", metadata: metadata)
        }
    }
}
