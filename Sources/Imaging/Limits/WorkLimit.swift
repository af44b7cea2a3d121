import Glibc

/// Bounds the work on one picture: the processor time of the thread that does it.
struct WorkLimit {
    /// On the clock of the thread, in nanoseconds.
    let end: Int
    private let seconds: Int

    /// Begins now, on this thread.
    init(seconds: Int) {
        self.seconds = seconds
        end = Self.now + seconds * 1_000_000_000
    }

    /// To be called every now and then; a call takes a fraction of a microsecond.
    func check() throws(ImageError) {
        guard Self.now <= end else { throw exceeded }
    }

    var exceeded: ImageError { .tooMuchWork(seconds: seconds) }

    private static var now: Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
