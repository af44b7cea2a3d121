import Box
import Curl
import FoundationEssentials
import Imaging
import Logging
import ProfileImages
import Server
import Worker

extension Worker {
    /// A worker with all its jobs, as the settings say.
    convenience init(_ settings: Settings, _ workshop: Workshop, logger: Logger) throws {
        let jobs =
            Importer(settings, workshop, logger: logger).jobs + [
                WebhookDelivery(settings, workshop, logger: logger).job,
                Retention(settings, workshop, logger: logger).job,
            ]
        try self.init(jobs, logger: logger)
    }
}

extension Importer {
    /// How often a picture may be somewhere else.
    private static let maxRedirects = 5

    fileprivate init(_ settings: Settings, _ workshop: Workshop, logger: Logger) {
        let timeout = settings.outgoing.importTimeout
        // Fetching, then twice, as a damaged picture is repaired, waiting for memory and decoding, which may take long while
        // others keep the processors busy; and some time to store what came of it.
        let decoding =
            Int(settings.maxWait / .seconds(1)) + workshop.box.longestTime(maxSeconds: settings.limits.maxSeconds)
        let lease = timeout + 2 * decoding + 10
        self.init(
            images: workshop.services.images,
            metadata: workshop.stores.metadata,
            policy: HTTPPolicy(
                addresses: AddressPolicy(allowing: settings.outgoing.allowed),
                userAgent: "portraitd/\(Release.version)",
                maxRedirects: Self.maxRedirects,
                maxBodyBytes: settings.limits.maxBytes,
                decodesContent: true,
                timeout: .seconds(timeout),
                certificateFile: settings.outgoing.certificateFile
            ),
            lease: TimeInterval(lease),
            logger: logger
        )
    }
}
