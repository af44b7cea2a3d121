internal import Glibc

/// The signals that steer the process. Made in the main thread before any other: threads inherit the blocked signals,
/// so they reach nobody but `wait`, and interrupt no read or write.
package struct ProcessSignals {
    /// What a signal asks for.
    package enum Order {
        /// SIGTERM or SIGINT.
        case stop
        /// SIGHUP: to read the settings again, as daemons do.
        case reload
    }

    private let awaited: sigset_t

    /// Blocks SIGTERM, SIGINT and SIGHUP in the calling thread, and ignores SIGPIPE in the process.
    package init() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&signals, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        // A web server that has gone away is an EPIPE to the worker that writes, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        awaited = signals
    }

    /// Waits for one of the signals (sigtimedwait(2)); nil when none came within `time`, or when a signal that is
    /// handled elsewhere interrupted the wait.
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
