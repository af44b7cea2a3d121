import FoundationEssentials
import Glibc

/// What the kernel says of this process, under the names that Prometheus' own client libraries use: proc(5).
struct ProcessMetrics {
    private static let startTime = Date.now.timeIntervalSince1970

    /// To be called when the process starts.
    static func noteStart() {
        _ = startTime
    }

    func write(to text: inout OpenMetricsText) {
        text.gauge(
            "process_start_time_seconds",
            unit: "seconds",
            help: "When the process started, since 1970.",
            Self.startTime
        )
        if let seconds = processorSeconds {
            text.family("process_cpu_seconds", .counter, unit: "seconds", help: "Processor time.")
            text.sample("process_cpu_seconds_total", seconds)
        }
        if let bytes = residentBytes {
            text.gauge("process_resident_memory_bytes", unit: "bytes", help: "Resident memory.", Double(bytes))
        }
        if let count = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            text.gauge("process_open_fds", help: "Open file descriptors.", Double(count))
        }
    }

    private var processorSeconds: Double? {
        var usage = rusage()
        guard unsafe getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return nil }
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    private var residentBytes: Int? {
        let fields = FileManager.default.contents(atPath: "/proc/self/statm")?.split(separator: UInt8(ascii: " "))
        guard let fields, fields.count > 1, let pages = Int(String(decoding: fields[1], as: UTF8.self)) else {
            return nil
        }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
