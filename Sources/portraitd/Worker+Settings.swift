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
    convenience init(_ settings: Settings, _ instance: Instance, logger: Logger) throws {
        let jobs =
            Importer(settings, instance, logger: logger).jobs + [
                WebhookDelivery(settings, instance, logger: logger).job,
                Retention(settings, instance, logger: logger).job,
            ]
        try self.init(jobs, logger: logger)
    }
}

extension Importer {
    /// How often a picture may be somewhere else.
    private static let maxRedirects = 5

    fileprivate init(_ settings: Settings, _ instance: Instance, logger: Logger) {
        let timeout = settings.outgoing.importTimeout
        // Fetching, then twice, as a damaged picture is repaired, waiting for memory and decoding, which may take long while
        // others keep the processors busy; and some time to store what came of it.
        let decoding =
            Int(settings.maxWait / .seconds(1)) + instance.box.longestTime(maxSeconds: settings.limits.maxSeconds)
        let lease = timeout + 2 * decoding + 10
        self.init(
            images: instance.services.images,
            metadata: instance.metadata,
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
            explain: ImportFailure.init(problemOf:),
            logger: logger
        )
    }
}
