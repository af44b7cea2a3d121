internal import CFastCGI
internal import Glibc
internal import Synchronization
package import Threads

/// A pool of worker threads that serve FastCGI requests from one listener.
///
/// A worker waits for the listener, for idle connections and for the stop event at the same time. It never waits in
/// FCGX_Accept_r: only shutdown(2) could end that wait, and would end the socket for every process that shares it; and
/// a connection that the web server keeps open would hold the worker between its requests.
package final class FastCGIServer: Sendable {
    private let listener: Listener
    private let workers: Int
    private let timeout: Duration
    private let handle: @Sendable (FastCGIRequest) -> Void
    private let stopEvent: OneShotEvent
    private let queue: ReadinessQueue
    private let limiter: ConcurrencyLimiter
    private let idle = IdleConnections()
    private let threads = Mutex<[WorkerThread]>([])
    private let started: Mutex<[SuspendingClock.Instant?]>
    /// The number of long-running requests. The limit `maxLong` leaves an eighth of the workers for short requests.
    private let long = Mutex(0)
    private let maxLong: Int

    /// - Parameters:
    ///   - timeout: the longest time that a worker waits for the web server in each read and write.
    ///   - handle: called on a worker thread; each thread handles one request at a time.
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
        stopEvent = try OneShotEvent()
        queue = try ReadinessQueue()
        limiter = try ConcurrencyLimiter(min(max(4, 2 * sysconf(Int32(_SC_NPROCESSORS_ONLN))), self.workers))
        try queue.addForAll(stopEvent.descriptor)
        try queue.addOnce(self.listener.descriptor)
        started = Mutex(Array(repeating: nil, count: max(workers, 1)))
    }

    /// Starts the workers. Must be called once only.
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

    /// Stops accepting and returns at once; each worker ends after its current request. The workers also serve the
    /// backlog of a socket that this process created. The backlog of an inherited socket is left to the next process.
    package func stop() {
        listener.withdraw()
        stopEvent.raise()
        limiter.give(workers)
    }

    /// Waits until every worker has ended; false if that takes longer than `time`.
    package func join(within time: Duration) -> Bool {
        let deadline = SuspendingClock.now + time
        return threads.withLock { threads in
            threads.removeAll { $0.join(within: max(.zero, deadline - .now)) }
            return threads.isEmpty
        }
    }

    /// Whether requests are accepted; false after `stop()` or a failure of the listener.
    package var isServing: Bool { !stopEvent.isRaised }

    /// The running time of the oldest request in progress; zero if there is none.
    package var longestRunning: Duration {
        let oldest = started.withLock { $0.lazy.compactMap(\.self).min() }
        return oldest.map { SuspendingClock.now - $0 } ?? .zero
    }

    private func serve(as worker: Int) {
        var hasPlace = false
        while isServing {
            if !hasPlace { limiter.take() }
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

    /// Serves one request; returns whether the worker still has its place.
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

    /// Gives the place of a long-running request to another worker; false if too many requests are long-running.
    private func giveUpPlace() -> Bool {
        let isPossible = long.withLock { long in
            guard long < maxLong else { return false }
            long += 1
            return true
        }
        if isPossible { limiter.give() }
        return isPossible
    }

    /// Accepts one connection and watches it. It is served when it becomes readable, so a client that sends nothing
    /// holds no worker.
    private func accept(isFailed: Bool) {
        // After a shutdown(2) of the socket by another process, accept(2) would return EAGAIN forever.
        guard !isFailed else { return stop() }
        do throws(SystemCallError) {
            let connection = try listener.accept()
            connection.setTimeout(timeout)
            idle.insert(connection) { (descriptor) throws(SystemCallError) in try queue.addOnce(descriptor) }
        } catch {
            switch error.code {
            case EAGAIN, EINTR, ECONNABORTED: break
            // No descriptor or memory is left; this passes when a request ends.
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: usleep(20_000)
            default: return stop()
            }
        }
        do { try queue.rearm(listener.descriptor) } catch { stop() }
    }

    /// After the stop, answers the requests that have already arrived on idle connections and in the backlog of a
    /// socket that this process created.
    private func serveRest(as worker: Int) {
        while let connection = idle.takeAny() {
            // A kept connection may already carry a request, but it must not take a later one: the web server sends
            // that one elsewhere.
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

    /// The longest time that a stopping worker waits for a request. The web server sends it as soon as it has
    /// connected.
    private static let patience = Duration.seconds(1)

    // Runs once per process. FCGX_Init installs empty handlers for SIGPIPE, SIGUSR1 and SIGTERM: an empty
    // handler is enough for SIGPIPE, the workers block the other two signals, and ProcessSignals waits for SIGTERM.
    private static let initStatus = FCGX_Init()
}

/// A semaphore (sem_overview(7)) that bounds how many workers wait for requests and answer them at the same time.
///
/// A few workers keep the processors busy; more only wake each other: with 8 instead of 4 on two cores, a third fewer
/// short requests were answered. A request that becomes long-running gives its place to another worker. sem_post(3)
/// wakes one thread; eventfd(2) as a semaphore woke all waiting threads, about sixty, each time.
///
/// It is `Sendable` because any thread may use a `sem_t` at any time; the pointer to it never changes.
@safe struct ConcurrencyLimiter: ~Copyable, @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    init(_ count: Int) throws(SystemCallError) {
        unsafe semaphore = UnsafeMutablePointer.allocate(capacity: 1)
        guard unsafe sem_init(semaphore, 0, UInt32(count)) == 0 else {
            let error = SystemCallError("sem_init")
            unsafe semaphore.deallocate()
            throw error
        }
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    /// Waits for a place.
    func take() {
        while unsafe sem_wait(semaphore) != 0, errno == EINTR {}
    }

    func give(_ count: Int = 1) {
        for _ in 0..<count { unsafe sem_post(semaphore) }
    }
}
