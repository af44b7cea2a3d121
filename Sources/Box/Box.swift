internal import CBox
internal import Glibc
package import Imaging
internal import Synchronization
package import Threads

/// Decodes in processes of their own, which have nothing and can be killed: a hole in a decoder ends there.
///
/// What a C library must decode gets a process for itself. Files that only our own decoder sees share one.
package final class Box: PictureDecoder, Sendable {
    /// What a decoder may take beyond its limit of time, in which it can say itself that it was too much.
    private static let grace = 500_000_000
    /// How many times as long as its processor time a picture may take while others keep the processors busy.
    private static let wallFactor = 4

    private let pool: DecoderPool
    private let sharedMemory: Int
    private let keeper = Mutex<WorkerThread?>(nil)

    /// - Parameters:
    ///   - path: the program `portraitd-decoder`. It stays open, so that an upgrade changes nothing before a restart.
    ///   - sharedMemory: what a process that serves many pictures may take, in bytes.
    ///   - spares: how many processes stand ready.
    ///   - report: is told of what is wrong with the processes.
    /// - Throws: `SystemCallError` where there is no such program.
    package init(
        path: String,
        sharedMemory: Int,
        spares: Int = Box.defaultSpares,
        report: @escaping @Sendable (BoxEvent) -> Void = { _ in }
    ) throws(SystemCallError) {
        let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw SystemCallError("open \(path)") }
        defer { close(opened) }
        // Above those that the new process finds its own descriptors under.
        let executable = fcntl(opened, F_DUPFD_CLOEXEC, DecoderTemplate.control + 1)
        guard executable >= 0 else { throw SystemCallError("fcntl") }
        self.sharedMemory = sharedMemory
        pool = try DecoderPool(executable: executable, spares: spares, report: report)
    }

    /// As many as can work at once, and two to go on with.
    package static var defaultSpares: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) + 2 }

    /// Starts the processes, which takes a moment: what comes before waits for them. The first job does so, too.
    package func start() throws(SystemCallError) {
        try keeper.withLock { thread throws(SystemCallError) in
            guard thread == nil else { return }
            let pool = pool
            thread = try WorkerThread { pool.keep() }
        }
    }

    /// Whether the first process has come when `time` is over.
    package func isReady(within time: Duration) -> Bool { pool.isReady(within: time) }

    /// Ends all processes that are not busy; returns when the template is gone, or `time` is over.
    package func stop(within time: Duration = .seconds(5)) {
        pool.stop()
        _ = keeper.withLock { $0.take() }?.join(within: time)
    }

    package var counts: DecoderCounts? { pool.counts }

    package func run(_ job: DecodingJob, on file: [UInt8], memory: Int) throws(ImageError) -> [ImageVariant] {
        guard (try? start()) != nil else { throw .noDecoder }
        if job.isMemorySafe(file) {
            do throws(ImageError) {
                var shared = job
                shared.forbidsLibraries = true
                return try run(shared, on: file, memory: sharedMemory, isShared: true)
            } catch .needsLibrary {}
        }
        return try run(job, on: file, memory: memory, isShared: false)
    }

    private func run(
        _ job: DecodingJob,
        on file: [UInt8],
        memory: Int,
        isShared: Bool
    ) throws(ImageError) -> [ImageVariant] {
        let request = DecodingRequest(job: job, uploadBytes: file.count, memory: memory, isShared: isShared)
        guard let memories = JobMemories(file, resultBytes: job.mostBytes) else {
            throw [EMFILE, ENFILE].contains(errno) ? .busy : .outOfMemory
        }
        // A second one where something else has killed the first.
        for _ in 1...2 {
            guard let (process, pictures) = pool.take(isShared: isShared) else { throw .noDecoder }
            let answer = DecoderCall(process, request, memories).answer(
                within: job.maxSeconds * 1_000_000_000 + Self.grace,
                wall: .seconds(job.maxSeconds * Self.wallFactor)
            )
            switch answer {
            case .outcome(.made(let files)):
                guard let made = memories.pictures(files), job.asks(for: made) else {
                    process.kill()
                    throw crash(file, "the decoder made something else than was asked for")
                }
                if isShared { pool.put(process, pictures: pictures + 1) }
                return made
            case .outcome(.refused(let error)):
                if isShared { pool.put(process, pictures: pictures + 1) }
                throw error
            case .tooLate: throw .tooMuchWork(seconds: job.maxSeconds)
            case .stalled: throw .busy
            case .ended(let exit?) where exit.isOutOfMemory: throw .tooMuchMemory(needed: nil, limit: memory)
            case .ended(let exit?) where exit.isOutOfTime: throw .tooMuchWork(seconds: job.maxSeconds)
            case .ended(let exit?) where !exit.isKilled: throw crash(file, exit.description)
            case .ended: continue
            case .nonsense:
                process.kill()
                throw crash(file, "the decoder said something that is no answer")
            }
        }
        throw .noDecoder
    }

    private func crash(_ file: [UInt8], _ reason: String) -> ImageError {
        .decoderCrashed(ImageFormat(of: file) ?? .jpeg, reason: reason)
    }
}
