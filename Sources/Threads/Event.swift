internal import Glibc
internal import Synchronization

/// Something that happens once: a pipe whose writing end is closed then, so that every poll(2) sees it, without a signal.
package struct Event: ~Copyable, Sendable {
    /// Can be read once it has happened.
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

    /// Whether it has happened.
    package var isRaised: Bool { writer.withLock { $0 == nil } }

    /// Lets it happen. A second time changes nothing.
    package func raise() {
        writer.withLock { writer in
            if let end = writer { close(end) }
            writer = nil
        }
    }

    /// Whether it has happened when `time` is over.
    package func wait(for time: Duration) -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&poller, 1, Int32(clamping: Int64(time / .milliseconds(1)))) > 0
    }
}
