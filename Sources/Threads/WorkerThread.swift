internal import Glibc
internal import Synchronization

/// A joinable thread that no signal interrupts: libfcgi treats EINTR as the end of the body.
package struct WorkerThread: Sendable {
    private let thread: pthread_t
    private let work: Work

    /// Starts the thread.
    package init(_ body: @escaping @Sendable () -> Void) throws(SystemCallError) {
        // A thread inherits the signal mask of its creator. Fault signals stay unblocked, so that a crash is reported
        // as a crash.
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

    /// Waits up to `time` for the thread to end. After true the thread is joined; it must not be joined again.
    package func join(within time: Duration) -> Bool {
        guard work.ended.wait(for: time) else { return false }
        pthread_join(thread, nil)
        return true
    }
}

extension WorkerThread {
    /// The body of the thread, and the event of its end: pthread_join(3) has no timeout.
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        let ended: OneShotEvent

        init(_ body: @escaping @Sendable () -> Void) throws(SystemCallError) {
            self.body = body
            ended = try OneShotEvent()
        }
    }
}

/// An event that happens once. It is a pipe: raising the event closes the write end, which every poll(2) reports.
package struct OneShotEvent: ~Copyable, Sendable {
    /// The read end; poll(2) reports it after the event is raised.
    package let descriptor: Int32
    private let writer: Mutex<Int32?>

    package init() throws(SystemCallError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw SystemCallError("pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        descriptor = ends[0]
        writer = Mutex(ends[1])
    }

    deinit {
        raise()
        close(descriptor)
    }

    /// Whether the event is raised.
    package var isRaised: Bool { writer.withLock { $0 == nil } }

    /// Raises the event; a second call does nothing.
    package func raise() {
        writer.withLock { writer in
            if let end = writer { close(end) }
            writer = nil
        }
    }

    /// Waits up to `time`; returns whether the event is raised.
    package func wait(for time: Duration) -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&poller, 1, Int32(clamping: Int64(time / .milliseconds(1)))) > 0
    }
}

/// A system call that failed: its name and its errno(3).
package struct SystemCallError: Error, Equatable, CustomStringConvertible {
    package let call: String
    package let code: Int32

    /// Takes the current value of errno(3) for `call`.
    package init(_ call: String) {
        self.init(call, code: errno)
    }

    package init(_ call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    package var description: String {
        // glibc's strerror(3) is thread-safe since 2.32.
        unsafe "\(call): \(String(cString: strerror(code)))"
    }
}
