import HTTPTypes
import Imaging

/// The resource `/metrics`, for Prometheus.
struct MetricsHandlers: Sendable {
    let metrics: Metrics
    let stores: StoreMetrics
    /// The memory of uploads as they come, and of pictures that are decoded.
    let memory: [(use: String, budget: MemoryBudget)]
    let decoder: any PictureDecoder

    func get(_ request: Request) throws -> Response {
        var text = OpenMetricsText()
        text.family("portraitd_build", .info, help: "This program.")
        text.sample("portraitd_build_info", 1, labels: [("version", Release.version)])
        metrics.write(to: &text)
        text.family("portraitd_memory_held_bytes", .gauge, unit: "bytes", help: "What pictures in progress hold.")
        for (use, budget) in memory {
            text.sample("portraitd_memory_held_bytes", Double(budget.held), labels: [("use", use)])
        }
        text.family("portraitd_memory_budget_bytes", .gauge, unit: "bytes", help: "What they may hold at most.")
        for (use, budget) in memory {
            text.sample("portraitd_memory_budget_bytes", Double(budget.bytes), labels: [("use", use)])
        }
        text.family("portraitd_memory_waiting", .gauge, help: "Requests in the queue for it.")
        for (use, budget) in memory {
            text.sample("portraitd_memory_waiting", Double(budget.waiting), labels: [("use", use)])
        }
        if let counts = decoder.counts { write(counts, to: &text) }
        ProcessMetrics().write(to: &text)
        do {
            try stores.write(to: &text)
        } catch {
            // What the process counts is worth most when the stores fail.
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
            help: "Decoders' processes that wait for a picture.",
            Double(counts.spares)
        )
        for (name, help, count) in [
            ("portraitd_decoders_started", "Decoders' processes that were made.", counts.processes),
            (
                "portraitd_decoder_templates_started", "Programs that decoders' processes are made from.",
                counts.templates
            ),
            ("portraitd_decoders_failed", "Decoders' processes that ended before they had a picture.", counts.failures),
        ] {
            text.family(name, .counter, help: help)
            text.sample("\(name)_total", Double(count))
        }
    }
}
