internal import Glibc

/// The service manager that started the process, if one did and wants to hear from it (sd_notify(3)).
package struct ServiceManager: Sendable {
    /// How often at least the service manager wants `WATCHDOG=1` (sd_watchdog_enabled(3)); nil if it does not watch.
    package let watchdogInterval: Duration?
    private let socketPath: String?

    package init(environment: [String: String], processID: Int32 = getpid()) {
        socketPath = environment["NOTIFY_SOCKET"]
        let isForUs = environment["WATCHDOG_PID"].map { $0 == String(processID) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init) ?? 0
        watchdogInterval = isForUs && microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// Tells it that the settings are being read again; `READY=1` says when that is done.
    package func notifyReloading() {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        // sd_notify(3): the time tells this reload from one before it.
        notify("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
    }

    /// Tells it `state`: `READY=1`, `STOPPING=1`, `WATCHDOG=1` or `STATUS=…`, several divided by newlines; false if nobody heard.
    @discardableResult
    package func notify(_ state: String) -> Bool {
        guard let socketPath, let address = UnixSocketAddress(socketPath) else { return false }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(state.utf8)
        let sent = unsafe address.withPointer { address, length in
            unsafe sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, length)
        }
        return sent == bytes.count
    }
}
