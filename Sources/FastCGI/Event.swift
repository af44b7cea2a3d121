internal import Glibc
internal import Synchronization

/// Something that happens once: a pipe whose writing end is closed then, so that every poll(2) sees it, without a signal.
struct Event: ~Copyable, Sendable {
    let descriptor: Int32
    private let writer: Mutex<Int32?>

    init() throws(SystemCallError) {
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

    var isRaised: Bool { writer.withLock { $0 == nil } }

    func raise() {
        writer.withLock { writer in
            if let end = writer { close(end) }
            writer = nil
        }
    }

    /// Whether it has happened when `time` is over.
    func wait(for time: Duration) -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&poller, 1, Int32(clamping: Int64(time / .milliseconds(1)))) > 0
    }
}
