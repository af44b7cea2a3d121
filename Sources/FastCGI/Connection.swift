internal import CFastCGI
internal import Glibc
internal import Synchronization
internal import Threads

/// An accepted connection; it is closed at the end of its scope unless it is released.
struct Connection: ~Copyable {
    let descriptor: Int32
    /// Whether no request has arrived on it yet.
    let isNew: Bool

    /// Takes ownership of the socket `descriptor`.
    init(descriptor: Int32, isNew: Bool) {
        self.descriptor = descriptor
        self.isNew = isNew
    }

    deinit {
        close(descriptor)
    }

    /// Sets the longest time that each read and each write waits.
    func setTimeout(_ time: Duration) {
        let (seconds, attoseconds) = time.components
        var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// Waits up to `time` until the web server sends data or disconnects; false if neither happens.
    func isReadable(within time: Duration) -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&poller, 1, Int32(clamping: Int64(time / .milliseconds(1)))) > 0
    }

    /// Receives no more than the data that has already arrived.
    func endReceiving() {
        shutdown(descriptor, Int32(SHUT_RD))
    }

    /// Returns the socket without closing it; the caller owns it.
    consuming func release() -> Int32 {
        let descriptor = descriptor
        discard self
        return descriptor
    }
}

/// The connections that wait for a request: new ones, and those that the web server keeps open.
///
/// The caller that takes a connection owns it. A worker that inserts a connection also takes the remaining ones when
/// the server stops, so none is lost.
final class IdleConnections: Sendable {
    /// Descriptors, and whether each connection is new.
    private let connections = Mutex<[Int32: Bool]>([:])

    /// Inserts a connection and watches its descriptor; closes the connection if that fails.
    func insert(_ connection: consuming Connection, watch: (Int32) throws(SystemCallError) -> Void) {
        let isNew = connection.isNew
        let descriptor = connection.descriptor
        // Under the lock: another worker may take the connection as soon as it is watched.
        let isWatched = connections.withLock { connections in
            guard (try? watch(descriptor)) != nil else { return false }
            connections[descriptor] = isNew
            return true
        }
        if isWatched { _ = connection.release() }
    }

    /// Removes the connection with this descriptor; nil if another worker has taken it.
    func take(_ descriptor: Int32) -> Connection? {
        guard let isNew = connections.withLock({ $0.removeValue(forKey: descriptor) }) else { return nil }
        return Connection(descriptor: descriptor, isNew: isNew)
    }

    /// Removes any connection; nil if there is none.
    func takeAny() -> Connection? {
        guard let (descriptor, isNew) = connections.withLock({ $0.popFirst() }) else { return nil }
        return Connection(descriptor: descriptor, isNew: isNew)
    }
}

/// An epoll(7) instance that tells workers which descriptors are readable.
struct ReadinessQueue: ~Copyable, Sendable {
    /// A descriptor that is readable or has failed.
    struct Ready {
        let descriptor: Int32
        let isFailed: Bool
    }

    private let descriptor: Int32

    init() throws(SystemCallError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw SystemCallError("epoll_create1") }
    }

    deinit {
        close(descriptor)
    }

    /// Adds `descriptor` for one event, which one worker receives; there is no other event until `rearm`
    /// (EPOLLONESHOT).
    func addOnce(_ descriptor: Int32) throws(SystemCallError) {
        try control(EPOLL_CTL_ADD, descriptor, EPOLLIN.rawValue | EPOLLONESHOT.rawValue)
    }

    /// Watches a descriptor of `addOnce` for one more event.
    func rearm(_ descriptor: Int32) throws(SystemCallError) {
        try control(EPOLL_CTL_MOD, descriptor, EPOLLIN.rawValue | EPOLLONESHOT.rawValue)
    }

    /// Adds `descriptor` for every worker, for as long as it is readable.
    func addForAll(_ descriptor: Int32) throws(SystemCallError) {
        try control(EPOLL_CTL_ADD, descriptor, EPOLLIN.rawValue)
    }

    /// Waits for a readable descriptor; nil if a signal interrupts the wait.
    func wait() -> Ready? {
        var event = unsafe epoll_event()
        guard unsafe epoll_wait(descriptor, &event, 1, -1) == 1 else { return nil }
        return unsafe Ready(
            descriptor: event.data.fd,
            isFailed: event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
        )
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32) throws(SystemCallError) {
        var event = unsafe epoll_event(events: events, data: epoll_data(fd: descriptor))
        guard unsafe epoll_ctl(self.descriptor, operation, descriptor, &event) == 0 else {
            throw SystemCallError("epoll_ctl")
        }
    }
}
