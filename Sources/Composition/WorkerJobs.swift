import Box
package import Curl
import FoundationEssentials
import Imaging
package import Logging
import ProfileImages
import Server
package import Worker

extension Worker {
    /// Creates a worker with all its jobs from the settings.
    package convenience init(_ settings: Settings, _ workshop: Workshop, logger: Logger) throws {
        let jobs =
            Importer(settings, workshop, logger: logger).jobs + [
                WebhookDelivery(settings, workshop, logger: logger).job,
                Retention(settings, workshop, logger: logger).job,
            ]
        try self.init(jobs, logger: logger)
    }
}

extension Importer {
    /// The maximum number of redirects for one picture.
    private static let maxRedirects = 5

    fileprivate init(_ settings: Settings, _ workshop: Workshop, logger: Logger) {
        let timeout = settings.worker.importTimeout
        // The lease covers fetching the picture, waiting for memory and decoding, and storing the result. Decoding
        // counts twice, because a damaged picture is decoded again after a repair, and it may be slow on a busy
        // machine.
        let decoding =
            Int(settings.service.maxWait / .seconds(1))
            + workshop.box.longestTime(maxSeconds: settings.service.limits.maxSeconds)
        let lease = timeout + 2 * decoding + 10
        self.init(
            images: workshop.services.images,
            metadata: workshop.stores.metadata,
            policy: HTTPPolicy(
                addresses: AddressPolicy(allowing: settings.worker.allowedNetworks),
                userAgent: "portraitd/\(Release.version)",
                maxRedirects: Self.maxRedirects,
                maxBodyBytes: settings.service.limits.maxBytes,
                decodesContent: true,
                timeout: .seconds(timeout),
                certificateFile: settings.worker.certificateFile
            ),
            lease: TimeInterval(lease),
            logger: logger
        )
    }
}

extension WebhookDelivery {
    package init(_ settings: Settings, _ workshop: Workshop, logger: Logger) {
        self.init(
            store: workshop.stores.metadata,
            urls: workshop.services.pictureURLs,
            policy: .webhook(settings),
            logger: logger
        )
    }
}

extension Retention {
    init(_ settings: Settings, _ workshop: Workshop, logger: Logger) {
        let day: TimeInterval = 86_400
        let keepReplaced: TimeInterval? =
            if case .days(let days) = settings.service.media.keepReplaced { day * Double(days) } else { nil }
        self.init(
            keepEvents: day * Double(settings.worker.keepEventsDays),
            keepReplaced: keepReplaced,
            keepStaged: day * Double(settings.service.uploads.keepStagedDays),
            store: workshop.stores.metadata,
            removals: workshop.services.removals,
            logger: logger
        )
    }
}

extension HTTPPolicy {
    /// The policy for webhooks, created from the settings.
    package static func webhook(_ settings: Settings) -> HTTPPolicy {
        .webhook(userAgent: "portraitd/\(Release.version)", certificateFile: settings.worker.certificateFile)
    }
}
