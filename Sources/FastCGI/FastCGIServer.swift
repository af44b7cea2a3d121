internal import CFastCGI
internal import Glibc
internal import Synchronization

/// A pool of threads that serve FastCGI requests (one per connection) from one listener.
///
/// A worker waits with poll(2) for the listener and for the stop event, never in FCGX_Accept_r: that could be stopped only
/// by shutdown(2), which would end the socket for every process that shares it.
package final class FastCGIServer: Sendable {
    private let listener: Listener
    private let workers: Int
    private let timeout: Duration
    private let handle: @Sendable (FastCGIRequest) -> Void
    private let stopEvent: Event
    private let turn = Mutex(())
    private let threads = Mutex<[WorkerThread]>([])
    private let started: Mutex<[SuspendingClock.Instant?]>

    /// - Parameters:
    ///   - timeout: how long a worker waits for the web server at each read and write.
    ///   - handle: called on a worker thread, for one request at a time on each.
    package init(
        listener: consuming Listener,
        workers: Int,
        timeout: Duration = .seconds(30),
        handle: @escaping @Sendable (FastCGIRequest) -> Void
    ) throws(SystemCallError) {
        guard Self.library == 0 else { throw SystemCallError("FCGX_Init", code: Self.library) }
        self.listener = listener
        self.workers = max(workers, 1)
        self.timeout = timeout
        self.handle = handle
        stopEvent = try Event()
        started = Mutex(Array(repeating: nil, count: max(workers, 1)))
    }

    /// Starts the workers; to be called once.
    package func start() throws(SystemCallError) {
        do throws(SystemCallError) {
            for worker in 0..<workers {
                let thread = try WorkerThread { [self] in serve(as: worker) }
                threads.withLock { $0.append(thread) }
            }
        } catch {
            stop()
            _ = join(within: timeout)
            throw error
        }
    }

    /// Stops accepting and returns at once; the workers end when they have answered what they have begun. The backlog of
    /// an own socket is served too; that of an inherited one is left to the process that takes over.
    package func stop() {
        listener.withdraw()
        stopEvent.raise()
    }

    /// Waits until every worker has ended; false if that takes longer than `time`.
    package func join(within time: Duration) -> Bool {
        let deadline = SuspendingClock.now + time
        return threads.withLock { threads in
            threads.removeAll { $0.join(within: max(.zero, deadline - .now)) }
            return threads.isEmpty
        }
    }

    /// Whether requests are accepted: false once stopped, by `stop()` or because the listener failed.
    package var isServing: Bool { !stopEvent.isRaised }

    /// How long the oldest request in progress has been running; zero when there is none.
    package var longestRunning: Duration {
        let oldest = started.withLock { $0.lazy.compactMap(\.self).min() }
        return oldest.map { SuspendingClock.now - $0 } ?? .zero
    }

    private func serve(as worker: Int) {
        while let connection = nextConnection() {
            // nginx speaks as soon as it has connected. Whoever does not is not worth a worker for long; libfcgi's own
            // accept waits 2 s.
            guard connection.isReadable(within: min(timeout, .seconds(5))) else { continue }
            guard let request = FastCGIRequest(connection: connection) else { continue }
            started.withLock { $0[worker] = .now }
            handle(request)
            request.finish()
            started.withLock { $0[worker] = nil }
        }
    }

    /// The next connection, or nil when the worker is to end. One worker at a time waits here; the others queue for
    /// their turn, so a new connection wakes one thread.
    private func nextConnection() -> Connection? {
        turn.withLock { _ in
            while true {
                let isStopping = waitForConnection()
                if isStopping, !listener.isOwn { return nil }
                do throws(SystemCallError) {
                    return try listener.accept(timeout: timeout)
                } catch {
                    switch error.code {
                    case EAGAIN where isStopping: return nil
                    case EAGAIN, EINTR, ECONNABORTED: continue
                    // No room for one more; that passes when a request ends.
                    case EMFILE, ENFILE, ENOBUFS, ENOMEM: usleep(20_000)
                    default:
                        stop()
                        return nil
                    }
                }
            }
        }
    }

    /// Waits for a connection or the stop event; true when it was the latter.
    private func waitForConnection() -> Bool {
        var pollers = [
            pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stopEvent.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        _ = unsafe poll(&pollers, nfds_t(pollers.count), -1)
        // On a socket that somebody has shut down, accept(2) would say EAGAIN for ever.
        if Int32(pollers[0].revents) & (POLLERR | POLLHUP | POLLNVAL) != 0 { stop() }
        return !isServing
    }

    // Once in a process. It installs empty handlers for SIGPIPE, SIGUSR1 and SIGTERM; the first suits us, the workers
    // block the others, and SIGTERM is for ProcessSignals to wait for.
    private static let library = FCGX_Init()
}
