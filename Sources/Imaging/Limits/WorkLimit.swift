import Glibc

/// Bounds the work on one picture: the processor time of the thread that does it.
struct WorkLimit {
    /// On the clock of the thread, in nanoseconds.
    let end: Int
    // A thread cannot have worked for longer than has passed on the wall clock, which is read without a system call.
    private let earliest: Int
    private let seconds: Int

    /// Begins now, on this thread.
    init(seconds: Int) {
        self.seconds = seconds
        end = Self.read(CLOCK_THREAD_CPUTIME_ID) + seconds * 1_000_000_000
        earliest = Self.read(CLOCK_MONOTONIC) + seconds * 1_000_000_000
    }

    /// To be called every now and then; a call takes some 30 nanoseconds.
    func check() throws(ImageError) {
        guard Self.read(CLOCK_MONOTONIC) >= earliest, Self.read(CLOCK_THREAD_CPUTIME_ID) > end else { return }
        throw exceeded
    }

    var exceeded: ImageError { .tooMuchWork(seconds: seconds) }

    private static func read(_ clock: clockid_t) -> Int {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
