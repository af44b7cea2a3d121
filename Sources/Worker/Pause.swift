internal import Glibc

/// Waiting on a thread that has nothing else to do.
enum Pause {
    /// How often what ends a pause is looked at.
    static let step = Duration.milliseconds(200)

    /// Waits for `time`, or until `isOver` says so.
    static func wait(for time: Duration, unless isOver: () -> Bool = { false }) {
        let end = ContinuousClock.now + time
        while !isOver(), case let rest = end - .now, rest > .zero {
            usleep(UInt32(clamping: Int64(min(rest, step) / .microseconds(1))))
        }
    }
}
