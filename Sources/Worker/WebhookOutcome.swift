import FoundationEssentials
import ProfileImages

/// How far the sending of a queue has come.
struct WebhookOutcome: Sendable {
    /// Why nothing more is sent to the webhook.
    enum Closing: Equatable {
        case gone
        case pause(Duration)
    }

    /// Twelve attempts within two days, one day on average.
    static let backoff = Backoff(maxAttempts: 12, first: .seconds(5), factor: 4, longest: .seconds(36_000))
    /// What has waited for so long is given up when it fails once more: those behind it have waited as long, and need not
    /// wait so long once more each.
    static let longestWait: TimeInterval = 3 * 86_400

    let queue: DeliveryQueue
    /// How many of its deliveries have arrived.
    private(set) var delivered = 0
    private(set) var ending = DeliveryQueue.Ending.released
    private(set) var closing: Closing?

    init(_ queue: DeliveryQueue) {
        self.queue = queue
    }

    /// What is to be sent; nil when all has arrived, or the rest is for later.
    var next: DeliveryQueue.Delivery? {
        guard ending == .released, closing == nil, delivered < queue.deliveries.count else { return nil }
        return queue.deliveries[delivered]
    }

    var isComplete: Bool {
        delivered == queue.deliveries.count
    }

    /// Takes down what has become of `next`.
    /// - Parameter jitter: which share of the longest wait is waited after a failure, from 0 to 1.
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
