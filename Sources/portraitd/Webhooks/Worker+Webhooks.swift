import FoundationEssentials
import Logging
import ProfileImages
import Server
import Worker

extension WebhookDelivery {
    init(_ settings: Settings, _ workshop: Workshop, logger: Logger) {
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
            if case .days(let days) = settings.media.keepReplaced { day * Double(days) } else { nil }
        self.init(
            keepEvents: day * Double(settings.events.keptDays),
            keepReplaced: keepReplaced,
            keepStaged: day * Double(settings.uploads.keepStagedDays),
            store: workshop.stores.metadata,
            removals: workshop.services.removals,
            logger: logger
        )
    }
}
