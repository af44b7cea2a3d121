import HTTPTypes
import Imaging
import ProfileImages
import Synchronization

/// The resource `/metrics`, for Prometheus.
struct MetricsHandlers: Sendable {
    let metrics: Metrics
    let stores: StoreMetrics
    /// The memory budgets of uploads and of decoding.
    let memory: [(use: String, budget: MemoryBudget)]
    let decoder: any PictureDecoder

    func get(_ request: Request) throws -> Response {
        var text = OpenMetricsText()
        text.family("portraitd_build", .info, help: "This program.")
        text.sample("portraitd_build_info", 1, labels: [("version", Release.version)])
        metrics.write(to: &text)
        text.family("portraitd_memory_held_bytes", .gauge, unit: "bytes", help: "Memory of pictures in progress.")
        for (use, budget) in memory {
            text.sample("portraitd_memory_held_bytes", Double(budget.held), labels: [("use", use)])
        }
        text.family("portraitd_memory_budget_bytes", .gauge, unit: "bytes", help: "Maximum memory of pictures.")
        for (use, budget) in memory {
            text.sample("portraitd_memory_budget_bytes", Double(budget.bytes), labels: [("use", use)])
        }
        text.family("portraitd_memory_waiting", .gauge, help: "Requests that wait for memory.")
        for (use, budget) in memory {
            text.sample("portraitd_memory_waiting", Double(budget.waiting), labels: [("use", use)])
        }
        if let counts = decoder.counts { write(counts, to: &text) }
        ProcessMetrics().write(to: &text)
        do {
            try stores.write(to: &text)
        } catch {
            // The counters of the process are sent even if the stores fail.
            metrics.count(error)
        }
        return Response(
            .ok,
            headerFields: [.contentType: OpenMetricsText.mediaType, .cacheControl: "no-store"],
            body: text.bytes
        )
    }

    private func write(_ counts: DecoderCounts, to text: inout OpenMetricsText) {
        text.gauge(
            "portraitd_decoders_ready",
            help: "Decoder processes that wait for a picture.",
            Double(counts.spares)
        )
        for (name, help, count) in [
            ("portraitd_decoders_started", "Decoder processes that were started.", counts.processes),
            (
                "portraitd_decoder_templates_started", "Programs, started to fork decoder processes.",
                counts.templates
            ),
            ("portraitd_decoders_failed", "Decoder processes that ended before they got a picture.", counts.failures),
        ] {
            text.family(name, .counter, help: help)
            text.sample("\(name)_total", Double(count))
        }
    }
}

/// The numbers and sizes of stored data and pending work. Counting takes long in a large database, so the numbers are
/// cached for a minute.
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
            ("portraitd_users", "Users.", all.users),
            ("portraitd_replaced_images", "Replaced images that are kept.", all.replacedImages),
            ("portraitd_images", "Current images.", all.currentImages),
            ("portraitd_documents", "Private documents.", all.documents),
            ("portraitd_image_bytes", "Default variants of all images.", all.imageBytes),
            ("portraitd_document_bytes", "All documents.", all.documentBytes),
            ("portraitd_database_bytes", "The database.", all.databaseBytes),
            ("portraitd_events", "Events that are kept.", all.events),
            ("portraitd_pending_deliveries", "Pending deliveries to webhooks.", all.pendingDeliveries),
            ("portraitd_dead_deliveries", "Deliveries to webhooks that were given up.", all.deadDeliveries),
            ("portraitd_pending_imports", "Pending imports.", all.pendingImports),
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
