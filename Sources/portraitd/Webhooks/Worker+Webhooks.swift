import FoundationEssentials
import Logging
import ProfileImages
import Server
import Worker

extension WebhookDelivery {
    init(_ settings: Settings, _ instance: Instance, logger: Logger) {
        self.init(
            store: instance.metadata,
            urls: instance.services.pictureURLs,
            policy: .webhook(settings),
            logger: logger
        )
    }
}

extension Retention {
    init(_ settings: Settings, _ instance: Instance, logger: Logger) {
        let day: TimeInterval = 86_400
        let keepReplaced: TimeInterval? =
            if case .days(let days) = settings.media.keepReplaced { day * Double(days) } else { nil }
        self.init(
            keepEvents: day * Double(settings.events.keptDays),
            keepReplaced: keepReplaced,
            keepStaged: day * Double(settings.uploads.keepStagedDays),
            store: instance.metadata,
            removals: instance.services.removals,
            logger: logger
        )
    }
}
