package import Curl
import FoundationEssentials
package import Logging
package import ProfileImages
import Threads

/// Delivers events to webhooks: in order for each user and webhook, at least once.
///
/// Each webhook has threads of its own, so that no receiver waits for another. What a worker that was killed had taken is
/// sent by another when the lease has ended.
package struct WebhookDelivery: Sendable {
    /// How many requests one webhook gets at the same time.
    private static let maxThreads = 4

    private let store: any MetadataStore
    private let urls: PictureURLs
    private let policy: HTTPPolicy
    private let logger: Logger

    package init(store: any MetadataStore, urls: PictureURLs, policy: HTTPPolicy, logger: Logger) {
        self.store = store
        self.urls = urls
        self.policy = policy
        self.logger = logger
    }

    /// What a worker is to do.
    package var job: Job {
        Job("webhooks", every: Pause.step) { isStopped in
            {
                try run(until: isStopped)
                return false
            }
        }
    }

    /// Looks for what is due, and lets threads send it; they are at an end when this returns.
    private func run(until isStopped: @escaping @Sendable () -> Bool) throws {
        var threads: [String: [WorkerThread]] = [:]
        defer { Self.join(threads.values.joined()) }
        while !isStopped() {
            // One more in each round, for as long as there is more than those before can take.
            for id in try store.read({ try $0.webhooksWithDueDeliveries(at: .now) }) {
                let busy = threads[id, default: []].filter { !$0.join(within: .zero) }
                threads[id] = busy
                guard busy.count < Self.maxThreads else { continue }
                let sender = WebhookSender(
                    webhookID: id,
                    store: store,
                    urls: urls,
                    policy: policy,
                    logger: logger,
                    isStopped: isStopped
                )
                threads[id] = try busy + [WorkerThread(sender.run)]
            }
            Pause.wait(for: Pause.step)
        }
    }

    private static func join(_ threads: some Sequence<WorkerThread>) {
        for thread in threads { while !thread.join(within: .seconds(60)) {} }
    }
}
