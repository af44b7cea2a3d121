internal import CFastCGI
internal import Glibc
internal import Threads

/// Tells workers which descriptors can be read: epoll(7).
struct ReadinessQueue: ~Copyable, Sendable {
    /// A descriptor that can be read, or has failed.
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

    /// Watches `descriptor` for one worker: nobody hears of it again until it is added or rearmed.
    func addOnce(_ descriptor: Int32) throws(SystemCallError) {
        try control(EPOLL_CTL_ADD, descriptor, EPOLLIN.rawValue | EPOLLONESHOT.rawValue)
    }

    /// Watches a descriptor that was added once, once more.
    func rearm(_ descriptor: Int32) throws(SystemCallError) {
        try control(EPOLL_CTL_MOD, descriptor, EPOLLIN.rawValue | EPOLLONESHOT.rawValue)
    }

    /// Watches `descriptor` for every worker, for as long as it can be read.
    func addForAll(_ descriptor: Int32) throws(SystemCallError) {
        try control(EPOLL_CTL_ADD, descriptor, EPOLLIN.rawValue)
    }

    /// Waits for a descriptor that can be read; nil when a signal interrupted the wait.
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
