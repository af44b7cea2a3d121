internal import Glibc

/// An accepted connection; closed unless released.
struct Connection: ~Copyable {
    private let descriptor: Int32

    /// Takes over the socket `descriptor`; a read or write on it waits no longer than `timeout`.
    init(descriptor: Int32, timeout: Duration) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let (seconds, attoseconds) = timeout.components
        var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    deinit {
        close(descriptor)
    }

    /// Whether the web server begins to speak, or hangs up, within `time`.
    func isReadable(within time: Duration) -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&poller, 1, Int32(clamping: Int64(time / .milliseconds(1)))) > 0
    }

    /// Gives the socket away.
    consuming func release() -> Int32 {
        let descriptor = descriptor
        discard self
        return descriptor
    }
}
