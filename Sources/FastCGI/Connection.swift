internal import Glibc

/// An accepted connection; closed unless released.
struct Connection: ~Copyable {
    let descriptor: Int32
    /// Whether it has not carried a request yet.
    let isNew: Bool

    /// Takes over the socket `descriptor`.
    init(descriptor: Int32, isNew: Bool) {
        self.descriptor = descriptor
        self.isNew = isNew
    }

    deinit {
        close(descriptor)
    }

    /// Lets no read or write wait longer than `time`.
    func setTimeout(_ time: Duration) {
        let (seconds, attoseconds) = time.components
        var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// Whether the web server begins to speak, or hangs up, within `time`.
    func isReadable(within time: Duration) -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&poller, 1, Int32(clamping: Int64(time / .milliseconds(1)))) > 0
    }

    /// Takes nothing more in than what has come already.
    func endReceiving() {
        shutdown(descriptor, Int32(SHUT_RD))
    }

    /// Gives the socket away.
    consuming func release() -> Int32 {
        let descriptor = descriptor
        discard self
        return descriptor
    }
}
