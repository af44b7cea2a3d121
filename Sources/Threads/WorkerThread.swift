internal import Glibc

/// A joinable thread that no signal interrupts: libfcgi takes EINTR for the end of the body.
package struct WorkerThread: Sendable {
    private let thread: pthread_t
    private let work: Work

    /// Starts the thread.
    package init(_ body: @escaping @Sendable () -> Void) throws(SystemCallError) {
        // A thread inherits the mask of its maker. Faults stay unblocked, so that a crash is reported as one.
        var mask = sigset_t()
        var previous = sigset_t()
        unsafe sigfillset(&mask)
        for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS] { unsafe sigdelset(&mask, fault) }
        unsafe pthread_sigmask(SIG_SETMASK, &mask, &previous)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &previous, nil) }

        work = try Work(body)
        let argument = unsafe Unmanaged.passRetained(work)
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let work = unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                work.body()
                work.ended.raise()
                return nil
            },
            argument.toOpaque()
        )
        guard code == 0 else {
            unsafe argument.release()
            throw SystemCallError("pthread_create", code: code)
        }
        self.thread = thread
    }

    /// Whether the thread has ended when `time` is over; it is gone then and must not be joined again.
    package func join(within time: Duration) -> Bool {
        guard work.ended.wait(for: time) else { return false }
        pthread_join(thread, nil)
        return true
    }
}

extension WorkerThread {
    /// What the thread does, and that it has done it. pthread_join(3) itself knows no limit of time.
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        let ended: Event

        init(_ body: @escaping @Sendable () -> Void) throws(SystemCallError) {
            self.body = body
            ended = try Event()
        }
    }
}
