package import Curl
package import FoundationEssentials
import HTTPTypes
package import Logging
package import ProfileImages
import Synchronization

/// Carries out imports: fetches the picture that a job names, and makes it the user's image.
///
/// A job whose worker dies is carried out again by another, so a picture may be set twice, and no job is lost.
package struct Importer: Sendable {
    private static let backoff = Backoff(maxAttempts: 5, first: .seconds(10), factor: 4, longest: .seconds(3600))
    /// How often a job may cost a worker its whole time.
    private static let maxOverruns = 2
    private static let timeKept: TimeInterval = 7 * 86_400
    /// How many pictures are fetched at the same time: one slow server keeps few waiting.
    private static let threads = 4

    private let images: ProfileImageService
    private let metadata: any MetadataStore
    private let policy: HTTPPolicy
    private let lease: TimeInterval
    private let logger: Logger
    private let running = RunningImports()

    /// - Parameter lease: how long a job may take at most, in seconds; then it counts as abandoned.
    package init(
        images: ProfileImageService,
        metadata: any MetadataStore,
        policy: HTTPPolicy,
        lease: TimeInterval,
        logger: Logger
    ) {
        // Who was erased meanwhile does not come back by their picture.
        self.images = images.forKnownUsers
        self.metadata = metadata
        self.policy = policy
        self.lease = lease
        self.logger = logger
    }

    /// What a worker is to do.
    package var jobs: [Job] {
        let imports = (1...Self.threads).map { number in
            Job("import \(number)", every: .seconds(1)) { isStopped in
                var client = try HTTPClient(policy: policy, isStopped: isStopped)
                return { try importNext(with: &client) }
            }
        }
        let forget = Job("forget imports", every: .seconds(3600)) { _ in
            {
                try metadata.write { try $0.deleteImports(finishedBefore: .now.addingTimeInterval(-Self.timeKept)) }
                return false
            }
        }
        return imports + [forget]
    }

    /// Carries out the job that is due first; false when none is.
    func importNext(with client: inout HTTPClient, now: Date = .now) throws -> Bool {
        let end = now.addingTimeInterval(lease)
        guard let job = try metadata.takeImport(until: end, now: now, except: running.ids) else { return false }
        running.begin(job.id)
        defer { running.end(job.id) }
        do {
            let state = try carryOut(job, with: &client)
            try metadata.write { try $0.setState(state, of: job, isFinished: true, at: .now) }
        } catch {
            try fail(job, because: error)
        }
        return true
    }

    private func carryOut(_ job: ImportJob, with client: inout HTTPClient) throws -> ImportJob.State {
        // A worker that dies of a picture must not take all others with it.
        guard job.attempts <= Self.backoff.maxAttempts, job.overruns < Self.maxOverruns else {
            throw ImportFailure.abandoned
        }
        let found = try metadata.read { transaction in
            job.precondition(
                for: try transaction.profile(of: job.userID),
                removedAt: try transaction.imageRemoval(of: job.userID)
            )
        }
        guard let precondition = found else { return .skipped }
        let picture = NewImage(try fetch(job.url, with: &client), source: job.source)
        do {
            let replacement = try images.replaceImage(
                of: job.userID,
                with: picture,
                if: precondition,
                by: job.actor
            ) { transaction in
                // A user without an image may have had one meanwhile, and removed it; or was erased, and came back.
                guard try transaction.isRunning(job) else { throw PreconditionFailure(current: nil) }
            }
            return .done(replacement.image.id)
        } catch is PreconditionFailure {
            return .skipped
        }
    }

    private func fetch(_ url: RemoteURL, with client: inout HTTPClient) throws -> [UInt8] {
        let answer = try client.send(HTTPCall(.get, url.rawValue, fields: [.accept: "image/*"]))
        guard answer.status.kind == .successful else { throw ImportFailure(answer) }
        guard !answer.isTruncated else { throw ImportFailure.tooManyBytes(limit: policy.maxBodyBytes) }
        guard !answer.body.isEmpty else { throw ImportFailure.empty }
        return answer.body
    }

    private func fail(_ job: ImportJob, because error: any Error) throws {
        let failure = ImportFailure(importing: error)
        logger.notice(
            "an import failed",
            metadata: [
                "import.id": "\(job.id)", "user.id": "\(job.userID.rawValue)", "attempt": "\(job.attempts)",
                "cause": "\(String(reflecting: error))",
            ]
        )
        guard failure.isTransient, let delay = Self.backoff.delay(after: job.attempts) else {
            return try metadata.write { try $0.setState(.failed(failure), of: job, isFinished: true, at: .now) }
        }
        let due = Date.now.addingTimeInterval(delay / .seconds(1))
        try metadata.write { try $0.setState(.pending(last: failure), of: job, isFinished: false, at: due) }
    }
}

/// The jobs that the threads of one process have in hand.
private final class RunningImports: Sendable {
    private let current = Mutex<Set<String>>([])

    var ids: Set<String> { current.withLock { $0 } }

    func begin(_ id: String) { current.withLock { _ = $0.insert(id) } }
    func end(_ id: String) { current.withLock { _ = $0.remove(id) } }
}
