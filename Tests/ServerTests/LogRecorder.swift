import Logging
import Synchronization

/// Records the log's events.
final class LogRecorder: LogHandler {
    private let recorded = Mutex<[LogEvent]>([])

    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    var events: [LogEvent] {
        recorded.withLock { $0 }
    }

    func log(event: LogEvent) {
        recorded.withLock { $0.append(event) }
    }
}
