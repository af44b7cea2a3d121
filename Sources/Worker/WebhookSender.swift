import Curl
import FoundationEssentials
import Logging
import ProfileImages

/// Sends the due deliveries of one webhook, on its own thread.
struct WebhookSender: Sendable {
    /// The maximum number of queues in one lease, and of deliveries in each queue. One lease serves several requests,
    /// because a flush of the database takes as long as some requests.
    private static let maxQueues = 32
    private static let maxLength = 8
    /// The time for sending the leased deliveries; after that the rest is released for other threads.
    private static let patience = Duration.seconds(1)
    /// Longer than `patience` and one request together.
    private static let lease: TimeInterval = 30

    let webhookID: String
    let store: any MetadataStore
    let urls: PictureURLs
    let policy: HTTPPolicy
    let logger: Logger
    let isStopped: @Sendable () -> Bool

    /// Sends until no delivery is due.
    func run() {
        do {
            var client = try HTTPClient(policy: policy, isStopped: isStopped)
            // Starts with one queue, so that a slow receiver delays few users.
            var limit = 1
            while !isStopped(), let haveArrived = try sendDue(limit, with: &client) {
                limit = haveArrived ? min(2 * limit, Self.maxQueues) : 1
            }
        } catch {
            logger.error("sending deliveries failed", metadata: ["webhook.id": "\(webhookID)", "cause": "\(error)"])
            Pause.wait(for: .seconds(5), unless: isStopped)
        }
    }

    /// Leases up to `limit` due queues, and sends their deliveries.
    /// - Returns: whether all deliveries have arrived; nil if nothing is due.
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
        // If the worker died during a delivery, the delivery counts as a failed attempt, and the next attempt waits.
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

    /// Records the outcomes. If the database is busy it tries again, because a delivery without a record is sent again.
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

/// The progress in sending one queue.
struct WebhookOutcome: Sendable {
    /// The reason why sending to the webhook stops.
    enum Closing: Equatable {
        case gone
        case pause(Duration)
    }

    /// Twelve attempts within two days at most, one day on average.
    static let backoff = Backoff(maxAttempts: 12, first: .seconds(5), factor: 4, longest: .seconds(36_000))
    /// Older deliveries are marked dead on their next failure, because the deliveries behind them have waited as long.
    static let longestWait: TimeInterval = 3 * 86_400

    let queue: DeliveryQueue
    /// The number of deliveries that have arrived.
    private(set) var delivered = 0
    private(set) var ending = DeliveryQueue.Ending.released
    private(set) var closing: Closing?

    init(_ queue: DeliveryQueue) {
        self.queue = queue
    }

    /// The next delivery to send; nil if all have arrived, or if sending has stopped.
    var next: DeliveryQueue.Delivery? {
        guard ending == .released, closing == nil, delivered < queue.deliveries.count else { return nil }
        return queue.deliveries[delivered]
    }

    var isComplete: Bool {
        delivered == queue.deliveries.count
    }

    /// Records the outcome of `next`.
    /// - Parameter jitter: the fraction of the maximum delay to wait after a failure, from 0 to 1.
    mutating func record(_ answer: WebhookAnswer, now: Date, jitter: Double = .random(in: 0..<1)) {
        switch answer {
        case .arrived: delivered += 1
        case .stopped: break
        case .gone: closing = .gone
        case .pause(let time, let reason):
            fail(because: reason, now: now, least: time, jitter: jitter)
            closing = .pause(time)
        case .failed(let reason):
            fail(because: reason, now: now, least: .zero, jitter: jitter)
        }
    }

    private mutating func fail(because reason: String, now: Date, least: Duration, jitter: Double) {
        guard let delivery = next else { return }
        let failures = (delivered == 0 ? queue.failures : 0) + 1
        let isOld = now.timeIntervalSince(delivery.enqueuedAt) > Self.longestWait
        let delay = isOld ? nil : Self.backoff.delay(after: failures, least: least, jitter: jitter)
        ending =
            if let delay {
                .postponed(until: now + delay / .seconds(1), failures: failures, because: reason)
            } else {
                .dead(failures: failures, because: reason)
            }
    }
}
