package import Logging
internal import Synchronization
package import Threads

/// Delivers webhooks, fetches imported pictures and expires old files: each job on a thread of its own.
package final class Worker: Sendable {
    /// After an error: the same one should not fill the log.
    private static let restAfterError = Duration.seconds(10)

    private let jobs: [Job]
    private let logger: Logger
    private let stopEvent: Event
    private let threads = Mutex<[WorkerThread]>([])

    package init(_ jobs: [Job], logger: Logger) throws(SystemCallError) {
        self.jobs = jobs
        self.logger = logger
        stopEvent = try Event()
    }

    /// Starts the jobs; to be called once.
    package func start() throws(SystemCallError) {
        for job in jobs {
            let thread = try WorkerThread { [self] in run(job) }
            threads.withLock { $0.append(thread) }
        }
    }

    /// Lets every job end after its round.
    package func stop() {
        stopEvent.raise()
    }

    /// Whether all jobs have ended when `time` is over.
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
