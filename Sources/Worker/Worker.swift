import Glibc
package import Logging
import Synchronization
package import Threads

/// Delivers webhooks, fetches imported pictures and expires old files: each job on its own thread.
package final class Worker: Sendable {
    /// The pause after an error, so that repeated errors do not fill the log.
    private static let restAfterError = Duration.seconds(10)

    private let jobs: [Job]
    private let logger: Logger
    private let stopEvent: OneShotEvent
    private let threads = Mutex<[WorkerThread]>([])

    package init(_ jobs: [Job], logger: Logger) throws(SystemCallError) {
        self.jobs = jobs
        self.logger = logger
        stopEvent = try OneShotEvent()
    }

    /// Starts the jobs. It must be called once only.
    package func start() throws(SystemCallError) {
        for job in jobs {
            let thread = try WorkerThread { [self] in run(job) }
            threads.withLock { $0.append(thread) }
        }
    }

    /// Tells every job to end after its current round.
    package func stop() {
        stopEvent.raise()
    }

    /// Waits up to `time` for all jobs.
    /// - Returns: whether all jobs have ended.
    package func join(within time: Duration) -> Bool {
        let end = SuspendingClock.now + time
        return threads.withLock { threads in
            while let thread = threads.last {
                guard thread.join(within: max(.zero, SuspendingClock.now.duration(to: end))) else { return false }
                threads.removeLast()
            }
            return true
        }
    }

    private func run(_ job: Job) {
        var round: Job.Round?
        while !stopEvent.isRaised {
            do {
                let current = try round ?? job.begin { [self] in stopEvent.isRaised }
                round = current
                if try current() { continue }
                _ = stopEvent.wait(for: job.interval)
            } catch {
                logger.error("a job failed", metadata: ["job": "\(job.name)", "cause": "\(error)"])
                _ = stopEvent.wait(for: max(job.interval, Self.restAfterError))
            }
        }
    }
}

/// Work that a worker repeats on its own thread.
package struct Job: Sendable {
    /// Does a part of the work, for example one delivery; returns false if there is nothing to do now.
    package typealias Round = () throws -> Bool

    /// The name in the log.
    let name: String
    /// The pause when there is nothing to do.
    let interval: Duration
    let begin: @Sendable (_ isStopped: @escaping @Sendable () -> Bool) throws -> Round

    /// - Parameter begin: called once on the thread to create the objects of the rounds, for example an HTTP client. A
    ///   long round must end early when `isStopped` returns true.
    package init(
        _ name: String,
        every interval: Duration,
        begin: @escaping @Sendable (_ isStopped: @escaping @Sendable () -> Bool) throws -> Round
    ) {
        self.name = name
        self.interval = interval
        self.begin = begin
    }
}

/// Increasing, randomized delays between attempts.
package struct Backoff: Equatable, Sendable {
    /// The maximum number of attempts.
    package let maxAttempts: Int
    private let first: Duration
    private let factor: Double
    private let longest: Duration

    package init(maxAttempts: Int, first: Duration, factor: Double, longest: Duration) {
        self.maxAttempts = maxAttempts
        self.first = first
        self.factor = factor
        self.longest = longest
    }

    /// Returns the delay after a failed attempt, counted from 1; nil after the last attempt. The delay is random up to
    /// a growing bound, so that attempts that failed together are not repeated together.
    /// - Parameters:
    ///   - least: the minimum delay, which the other side asks for.
    ///   - jitter: the fraction of the bound to wait, from 0 to 1.
    package func delay(
        after attempt: Int,
        least: Duration = .zero,
        jitter: Double = .random(in: 0..<1)
    ) -> Duration? {
        guard attempt < maxAttempts else { return nil }
        let bound = (1..<max(attempt, 1)).reduce(first) { bound, _ in min(bound * factor, longest) }
        return min(least + bound * jitter, longest)
    }
}

/// Waits on a thread that has no other work.
enum Pause {
    /// The interval in which the end condition is checked.
    static let step = Duration.milliseconds(200)

    /// Waits for `time`, or until `isOver` returns true.
    static func wait(for time: Duration, unless isOver: () -> Bool = { false }) {
        let end = ContinuousClock.now + time
        while !isOver(), case let rest = end - .now, rest > .zero {
            usleep(UInt32(clamping: Int64(min(rest, step) / .microseconds(1))))
        }
    }
}
