package import Curl
package import FoundationEssentials
import HTTPTypes
package import Logging
package import ProfileImages
import Synchronization

/// Runs imports: fetches the picture of a job, and makes it the user's image.
///
/// If a worker dies, another worker runs its job again. So no job is lost, but a picture may be set twice.
package struct Importer: Sendable {
    private static let backoff = Backoff(maxAttempts: 5, first: .seconds(10), factor: 4, longest: .seconds(3600))
    /// The maximum number of leases of a job that may expire.
    private static let maxOverruns = 2
    private static let timeKept: TimeInterval = 7 * 86_400
    /// The number of pictures that are fetched at the same time. With several threads a slow server delays few jobs.
    private static let threads = 4

    private let images: ProfileImageService
    private let metadata: any MetadataStore
    private let policy: HTTPPolicy
    private let lease: TimeInterval
    private let logger: Logger
    private let running = RunningImports()

    /// - Parameter lease: the maximum time for a job, in seconds; after that another worker may take it.
    package init(
        images: ProfileImageService,
        metadata: any MetadataStore,
        policy: HTTPPolicy,
        lease: TimeInterval,
        logger: Logger
    ) {
        // An import must not create an erased user again.
        self.images = images.forKnownUsers
        self.metadata = metadata
        self.policy = policy
        self.lease = lease
        self.logger = logger
    }

    /// The jobs of a worker.
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

    /// Runs the job that is due first; returns false if none is due.
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
        // A picture that kills a worker must not kill all other workers too.
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
                // In the meantime the user may have set and removed an image, or may have been erased and created
                // again. Then the job no longer runs.
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

/// The jobs that the threads of this process are running.
private final class RunningImports: Sendable {
    private let current = Mutex<Set<String>>([])

    var ids: Set<String> { current.withLock { $0 } }

    func begin(_ id: String) { current.withLock { _ = $0.insert(id) } }
    func end(_ id: String) { current.withLock { _ = $0.remove(id) } }
}

extension ImportFailure {
    /// The maximum number of attempts is reached, and no worker survived to record the reason.
    static let abandoned = ImportFailure(
        code: "abandoned",
        detail: "No attempt of the import was finished."
    )

    static let empty = ImportFailure(code: "image-missing", detail: "The server sent an empty file.")

    static func tooManyBytes(limit: Int) -> ImportFailure {
        ImportFailure(
            code: "too-many-bytes",
            detail: "The file has more than \(limit) bytes, the most that is allowed."
        )
    }

    /// The server's answer is not a picture.
    init(_ answer: HTTPAnswer) {
        let isTransient =
            answer.status.kind == .serverError || [.requestTimeout, .tooManyRequests].contains(answer.status)
        self.init(
            code: "bad-status",
            detail: "The server answered with the status \(answer.status.code).",
            isTransient: isTransient
        )
    }

    /// The reason why an import failed: the reason of the server, or the refusal of the same picture in an upload.
    init(importing error: any Error) {
        switch error {
        case let failure as ImportFailure: self = failure
        case let error as HTTPClientError:
            self.init(code: error.code, detail: "\(error)", isTransient: error.isTransient)
        default: self.init(error)
        }
    }
}

extension HTTPClientError {
    fileprivate var code: String {
        switch self {
        case .invalidURL: "invalid-url"
        case .unsupportedScheme: "unsupported-scheme"
        case .refusedAddress: "refused-address"
        case .unknownHost: "unknown-host"
        case .unreachable: "unreachable"
        case .timedOut: "timed-out"
        case .tooManyRedirects: "too-many-redirects"
        case .untrusted: "untrusted"
        case .interrupted: "interrupted"
        case .malformed: "malformed-answer"
        case .stopped: "stopped"
        case .failed: "transfer-failed"
        }
    }
}
