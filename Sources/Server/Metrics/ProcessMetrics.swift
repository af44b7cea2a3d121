import FoundationEssentials
import Glibc

/// The kernel's data about this process, proc(5), under the names that Prometheus' client libraries use.
struct ProcessMetrics {
    func write(to text: inout OpenMetricsText) {
        if let time = startTime {
            text.gauge(
                "process_start_time_seconds",
                unit: "seconds",
                help: "When the process started, since 1970.",
                time
            )
        }
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

    /// The start time since 1970, in seconds. Field 22 of proc(5) stat is in ticks since boot. The boot time is in
    /// /proc/stat, but systemd hides that file (`ProcSubset=pid`), so it is computed from two clocks: clock_gettime(2).
    private var startTime: Double? {
        guard let data = FileManager.default.contents(atPath: "/proc/self/stat"),
            // The second field, the program's name, may contain spaces and parentheses.
            let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " "),
            fields.count > 19, let ticks = Double(fields[19])
        else { return nil }
        var now = (real: timespec(), boot: timespec())
        guard unsafe clock_gettime(CLOCK_REALTIME, &now.real) == 0,
            unsafe clock_gettime(CLOCK_BOOTTIME, &now.boot) == 0
        else { return nil }
        func seconds(_ time: timespec) -> Double { Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 }
        return seconds(now.real) - seconds(now.boot) + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
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
