package import Curl
import FoundationEssentials
package import Logging
package import ProfileImages
import Threads

/// Delivers events to webhooks: in order for each user and webhook, at least once.
///
/// Each webhook has its own threads, so that receivers do not wait for each other. If a worker is killed, another
/// worker sends its deliveries after the lease expires.
package struct WebhookDelivery: Sendable {
    /// The maximum number of concurrent requests to one webhook.
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

    /// The job of a worker.
    package var job: Job {
        Job("webhooks", every: Pause.step) { isStopped in
            {
                try run(until: isStopped)
                return false
            }
        }
    }

    /// Finds due deliveries, and starts threads that send them. All threads have ended when this returns.
    private func run(until isStopped: @escaping @Sendable () -> Bool) throws {
        var threads: [String: [WorkerThread]] = [:]
        defer { Self.join(threads.values.joined()) }
        while !isStopped() {
            // Each round adds one thread while deliveries are left that the other threads have not taken.
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

extension HTTPPolicy {
    /// The policy for webhooks. Any address is allowed, because the operator has set the URL. The specification
    /// recommends a timeout of 15 to 30 seconds, and no redirects.
    package static func webhook(userAgent: String, certificateFile: String? = nil) -> HTTPPolicy {
        HTTPPolicy(
            addresses: AddressPolicy(allowing: ["0.0.0.0/0", "::/0"].compactMap { IPNetwork($0) }),
            userAgent: userAgent,
            timeout: .seconds(20),
            certificateFile: certificateFile
        )
    }
}
