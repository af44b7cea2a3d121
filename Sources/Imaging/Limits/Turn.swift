import CImaging
import Glibc

/// The wait of one thread until another lets it go on: eventfd(2), as poll(2) knows a limit of time.
struct Turn: ~Copyable {
    let descriptor: Int32

    /// Nothing where the process has no descriptor left.
    init?() {
        let opened = eventfd(0, Int32(EFD_CLOEXEC))
        guard opened >= 0 else { return nil }
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// Returns when the turn is raised, or when `time` is over.
    func wait(for time: Duration) {
        let deadline = SuspendingClock.now + time
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var left = time
        // A signal ends poll(2) early.
        while left > .zero, unsafe poll(&poller, 1, Int32(clamping: Int64(left / .milliseconds(1)) + 1)) <= 0 {
            left = deadline - .now
        }
    }

    /// Lets the thread go on that waits for the turn with this descriptor.
    static func raise(_ descriptor: Int32) {
        eventfd_write(descriptor, 1)
    }
}
