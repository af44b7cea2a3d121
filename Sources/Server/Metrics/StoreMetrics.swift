import ProfileImages
import Synchronization

/// How much is stored, and waits to be done. To count takes long where there is much, so it is done once a minute.
final class StoreMetrics: Sendable {
    private static let maxAge = Duration.seconds(60)

    private let metadata: any MetadataStore
    private let objects: any ObjectStore
    private let counted = Mutex<(statistics: Statistics, time: ContinuousClock.Instant)?>(nil)

    init(metadata: any MetadataStore, objects: any ObjectStore) {
        self.metadata = metadata
        self.objects = objects
    }

    func write(to text: inout OpenMetricsText) throws {
        if let bytes = objects.freeBytes {
            text.gauge(
                "portraitd_free_bytes",
                unit: "bytes",
                help: "Free space where pictures and the database are.",
                Double(bytes)
            )
        }
        let all = try statistics()
        let gauges: [(name: String, help: String, value: Int)] = [
            ("portraitd_users", "Users that are known.", all.users),
            ("portraitd_replaced_images", "Images that were replaced and are kept.", all.replacedImages),
            ("portraitd_images", "Current images.", all.currentImages),
            ("portraitd_documents", "Private documents.", all.documents),
            ("portraitd_image_bytes", "Default variants of all images.", all.imageBytes),
            ("portraitd_document_bytes", "All documents.", all.documentBytes),
            ("portraitd_database_bytes", "The database.", all.databaseBytes),
            ("portraitd_events", "Events that are kept.", all.events),
            ("portraitd_pending_deliveries", "Deliveries to webhooks that wait.", all.pendingDeliveries),
            ("portraitd_dead_deliveries", "Deliveries to webhooks that were given up.", all.deadDeliveries),
            ("portraitd_pending_imports", "Imports that wait.", all.pendingImports),
            ("portraitd_pending_removals", "Media whose files wait to be removed.", all.pendingRemovals),
        ]
        for gauge in gauges {
            let unit = gauge.name.hasSuffix("_bytes") ? "bytes" : nil
            text.gauge(gauge.name, unit: unit, help: gauge.help, Double(gauge.value))
        }
    }

    private func statistics() throws -> Statistics {
        if let known = counted.withLock({ $0 }), known.time.duration(to: .now) < Self.maxAge { return known.statistics }
        let statistics = try metadata.read { try $0.statistics() }
        counted.withLock { $0 = (statistics, .now) }
        return statistics
    }
}
