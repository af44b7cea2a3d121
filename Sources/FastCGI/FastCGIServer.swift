internal import CFastCGI
internal import Glibc
internal import Synchronization
package import Threads

/// A pool of threads that serve FastCGI requests from one listener.
///
/// A worker waits for whatever can be read: the listener, a connection, or the stop event. It never waits in
/// FCGX_Accept_r: that could be stopped only by shutdown(2), which would end the socket for every process that shares it;
/// and a connection that the web server keeps open would hold the worker between its requests.
package final class FastCGIServer: Sendable {
    private let listener: Listener
    private let workers: Int
    private let timeout: Duration
    private let handle: @Sendable (FastCGIRequest) -> Void
    private let stopEvent: Event
    private let queue: ReadinessQueue
    private let places: Places
    private let idle = IdleConnections()
    private let threads = Mutex<[WorkerThread]>([])
    private let started: Mutex<[SuspendingClock.Instant?]>
    /// How many requests take long now, and how many may: an eighth of the workers is left for what is short.
    private let long = Mutex(0)
    private let maxLong: Int

    /// - Parameters:
    ///   - timeout: how long a worker waits for the web server at each read and write.
    ///   - handle: called on a worker thread, for one request at a time on each.
    package init(
        listener: consuming Listener,
        workers: Int,
        timeout: Duration = .seconds(30),
        handle: @escaping @Sendable (FastCGIRequest) -> Void
    ) throws(SystemCallError) {
        guard Self.initStatus == 0 else { throw SystemCallError("FCGX_Init", code: Self.initStatus) }
        self.listener = listener
        self.workers = max(workers, 1)
        maxLong = max(1, self.workers - max(1, self.workers / 8))
        self.timeout = timeout
        self.handle = handle
        stopEvent = try Event()
        queue = try ReadinessQueue()
        places = try Places(min(max(4, 2 * sysconf(Int32(_SC_NPROCESSORS_ONLN))), self.workers))
        try queue.addForAll(stopEvent.descriptor)
        try queue.addOnce(self.listener.descriptor)
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
        places.give(workers)
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
        var hasPlace = false
        while isServing {
            if !hasPlace { places.take() }
            hasPlace = true
            guard let ready = queue.wait(), ready.descriptor != stopEvent.descriptor else { continue }
            if ready.descriptor == listener.descriptor {
                accept(isFailed: ready.isFailed)
            } else if let connection = idle.take(ready.descriptor) {
                hasPlace = serve(connection, as: worker)
            }
        }
        serveRest(as: worker)
    }

    /// Whether the worker still has its place.
    @discardableResult
    private func serve(_ connection: consuming Connection, as worker: Int) -> Bool {
        let request = FastCGIRequest(connection: connection, onLongWork: giveUpPlace)
        guard let request else { return true }
        started.withLock { $0[worker] = .now }
        handle(request)
        if let kept = request.finish(keepingConnection: isServing) {
            idle.insert(kept) { (descriptor) throws(SystemCallError) in try queue.rearm(descriptor) }
        }
        started.withLock { $0[worker] = nil }
        if request.takesLong { long.withLock { $0 -= 1 } }
        return !request.takesLong
    }

    /// Lets another worker have the place of one whose request takes long; false when too many do.
    private func giveUpPlace() -> Bool {
        let isPossible = long.withLock { long in
            guard long < maxLong else { return false }
            long += 1
            return true
        }
        if isPossible { places.give() }
        return isPossible
    }

    /// Takes one connection from the listener. It is served when it can be read: whoever connects and says nothing holds
    /// no worker.
    private func accept(isFailed: Bool) {
        // On a socket that somebody has shut down, accept(2) would say EAGAIN for ever.
        guard !isFailed else { return stop() }
        do throws(SystemCallError) {
            let connection = try listener.accept()
            connection.setTimeout(timeout)
            idle.insert(connection) { (descriptor) throws(SystemCallError) in try queue.addOnce(descriptor) }
        } catch {
            switch error.code {
            case EAGAIN, EINTR, ECONNABORTED: break
            // No room for one more; that passes when a request ends.
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: usleep(20_000)
            default: return stop()
            }
        }
        do { try queue.rearm(listener.descriptor) } catch { stop() }
    }

    /// Once stopped: answers what has come already, on idle connections and in the backlog of an own socket.
    private func serveRest(as worker: Int) {
        while let connection = idle.takeAny() {
            // A kept connection may carry a request by now, but no later one: the web server tries that one elsewhere.
            if !connection.isNew { connection.endReceiving() }
            guard connection.isReadable(within: Self.patience) else { continue }
            serve(connection, as: worker)
        }
        guard listener.isOwn else { return }
        while let connection = try? listener.accept() {
            connection.setTimeout(timeout)
            guard connection.isReadable(within: Self.patience) else { continue }
            serve(connection, as: worker)
        }
    }

    /// How long a stopping worker waits for a new connection's request. The web server speaks as soon as it has connected.
    private static let patience = Duration.seconds(1)

    // Once in a process. It installs empty handlers for SIGPIPE, SIGUSR1 and SIGTERM; the first suits us, the workers
    // block the others, and SIGTERM is for ProcessSignals to wait for.
    private static let initStatus = FCGX_Init()
}
