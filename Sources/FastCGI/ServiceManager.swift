internal import Glibc

/// The service manager that started the process, if there is one; the process notifies it (sd_notify(3)).
package struct ServiceManager: Sendable {
    /// The longest interval between two messages `WATCHDOG=1` (sd_watchdog_enabled(3)); nil if there is no watchdog.
    package let watchdogInterval: Duration?
    private let socketPath: String?

    package init(environment: [String: String], processID: Int32 = getpid()) {
        socketPath = environment["NOTIFY_SOCKET"]
        let isForUs = environment["WATCHDOG_PID"].map { $0 == String(processID) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init) ?? 0
        watchdogInterval = isForUs && microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// Announces that a reload of the settings begins; the caller sends `READY=1` at its end.
    package func notifyReloading() {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        // sd_notify(3): the time distinguishes this reload from an earlier one.
        notify("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
    }

    /// Sends `state`: `READY=1`, `STOPPING=1`, `WATCHDOG=1` or `STATUS=…`, several separated by newlines. Returns false
    /// if there is no service manager or the message cannot be sent.
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

/// The signals with which a service manager stops or reloads the process. Must be created in the main thread before any
/// other thread: threads inherit the blocked signals, so that only `wait` receives them and they interrupt no read or
/// write.
package struct ProcessSignals {
    /// The action that a signal requests.
    package enum Order {
        /// SIGTERM or SIGINT.
        case stop
        /// SIGHUP: read the settings again.
        case reload
    }

    private let awaited: sigset_t

    /// Blocks SIGTERM, SIGINT and SIGHUP in the calling thread, and ignores SIGPIPE in the process.
    package init() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&signals, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        // A write to a disconnected web server then fails with EPIPE and does not end the process.
        signal(SIGPIPE, SIG_IGN)
        awaited = signals
    }

    /// Waits for one of the signals (sigtimedwait(2)); nil if none arrives within `time`, or if the handler of another
    /// signal interrupts the wait.
    package func wait(for time: Duration? = nil) -> Order? {
        var signals = awaited
        let number: Int32
        if let (seconds, attoseconds) = time?.components {
            var limit = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            number = unsafe sigtimedwait(&signals, nil, &limit)
        } else {
            number = unsafe sigwaitinfo(&signals, nil)
        }
        switch number {
        case SIGHUP: return .reload
        case SIGTERM, SIGINT: return .stop
        default: return nil
        }
    }
}
