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
    private let patience: Int
    private let keeper = Mutex<WorkerThread?>(nil)

    /// - Parameters:
    ///   - path: the program `portraitd-decoder`. It stays open, so that an upgrade changes nothing before a restart.
    ///   - sharedMemory: what a process that serves many pictures may take, in bytes.
    ///   - spares: how many processes stand ready.
    ///   - patience: how many seconds a picture may take at least, however little processor time it may have.
    ///   - report: is called with each fault of the processes.
    /// - Throws: `SystemCallError` if the program cannot be opened.
    package init(
        path: String,
        sharedMemory: Int,
        spares: Int = Box.defaultSpares,
        patience: Int = 30,
        report: @escaping @Sendable (BoxEvent) -> Void = { _ in }
    ) throws(SystemCallError) {
        let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw SystemCallError("open \(path)") }
        defer { close(opened) }
        // Not 0 to 3: the new process gets its own descriptors under these numbers before the program is started.
        let executable = fcntl(opened, F_DUPFD_CLOEXEC, DecoderTemplate.control + 1)
        guard executable >= 0 else { throw SystemCallError("fcntl") }
        self.sharedMemory = sharedMemory
        self.patience = patience
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

    /// How many seconds a picture may take that has so much processor time.
    package func longestTime(maxSeconds: Int) -> Int { max(patience, maxSeconds * Self.wallFactor) }

    package var counts: DecoderCounts? { pool.counts }

    package func run(_ job: DecodingJob, on file: [UInt8], memory: Int) throws(ImageError) -> [ImageVariant] {
        guard (try? start()) != nil else { throw .noDecoder }
        if file.count <= JobMemories.sharedUploadBytes, job.isMemorySafe(file) {
            do throws(ImageError) {
                return try runShared(job, on: file)
            } catch .needsLibrary {}
        }
        return try runAlone(job, on: file, memory: memory)
    }

    /// In a process for this file only.
    private func runAlone(_ job: DecodingJob, on file: [UInt8], memory: Int) throws(ImageError) -> [ImageVariant] {
        guard let memories = JobMemories(file, resultBytes: job.mostBytes) else { throw Self.lack }
        // A second one where something else has killed the first.
        for _ in 1...2 {
            guard let process = pool.take() else { throw .noDecoder }
            let call = call(process, job, file, memories, memory: memory, isShared: false)
            if let made = try finish(call, job, file, memories) { return made }
        }
        throw .noDecoder
    }

    /// In a process that decodes others after it.
    private func runShared(_ job: DecodingJob, on file: [UInt8]) throws(ImageError) -> [ImageVariant] {
        var job = job
        job.forbidsLibraries = true
        for _ in 1...2 {
            let isFirst: Bool
            var used: DecoderPool.Used
            if let ready = pool.takeUsed() {
                (used, isFirst) = (ready, false)
            } else {
                guard let memories = JobMemories(resultBytes: DecodingJob.mostBytes) else { throw Self.lack }
                guard let process = pool.take() else { throw .noDecoder }
                (used, isFirst) = (DecoderPool.Used(process: process, memories: memories), true)
            }
            used.memories.load(file)
            used.pictures += 1
            let call = call(
                used.process,
                job,
                file,
                used.memories,
                memory: sharedMemory,
                isShared: true,
                isFirst: isFirst
            )
            do throws(ImageError) {
                guard let made = try finish(call, job, file, used.memories) else { continue }
                used.memories.tidy(after: file)
                pool.put(used)
                return made
            } catch .needsLibrary {
                pool.put(used)
                throw .needsLibrary
            }
        }
        throw .noDecoder
    }

    private func call(
        _ process: DecoderProcess,
        _ job: DecodingJob,
        _ file: [UInt8],
        _ memories: JobMemories,
        memory: Int,
        isShared: Bool,
        isFirst: Bool = true
    ) -> DecoderCall {
        let request = DecodingRequest(
            job: job,
            uploadBytes: file.count,
            uploadCapacity: memories.uploadBytes,
            resultCapacity: memories.resultBytes,
            memory: memory,
            isShared: isShared
        )
        return DecoderCall(process, request, handingOver: isFirst ? memories : nil)
    }

    /// What came of a call; nil where the process ended without a fault of its own.
    private func finish(
        _ call: DecoderCall,
        _ job: DecodingJob,
        _ file: [UInt8],
        _ memories: JobMemories
    ) throws(ImageError) -> [ImageVariant]? {
        let answer = call.answer(
            within: job.maxSeconds * 1_000_000_000 + Self.grace,
            wall: .seconds(longestTime(maxSeconds: job.maxSeconds))
        )
        switch answer {
        case .outcome(.made(let files)):
            guard let made = memories.pictures(files), job.asks(for: made) else {
                call.process.kill()
                throw crash(file, "the decoder made something else than was asked for")
            }
            return made
        case .outcome(.refused(let error)): throw error
        case .tooLate: throw .tooMuchWork(seconds: job.maxSeconds)
        case .stalled: throw .busy
        case .ended(let exit?) where exit.isOutOfMemory: throw .tooMuchMemory(needed: nil, limit: call.request.memory)
        case .ended(let exit?) where exit.isOutOfTime: throw .tooMuchWork(seconds: job.maxSeconds)
        case .ended(let exit?) where !exit.isKilled: throw crash(file, exit.description)
        case .ended: return nil
        case .nonsense:
            call.process.kill()
            throw crash(file, "the decoder said something that is no answer")
        }
    }

    /// What there was too little of for memories, by errno(3).
    private static var lack: ImageError { [EMFILE, ENFILE].contains(errno) ? .busy : .outOfMemory }

    private func crash(_ file: [UInt8], _ reason: String) -> ImageError {
        .decoderCrashed(ImageFormat(of: file) ?? .jpeg, reason: reason)
    }
}

/// A fault of the decoders' processes, for the log.
package enum BoxEvent: Equatable, Sendable {
    /// The template has ended, and with it all processes; another one is started.
    case templateEnded(String)
    /// No template could be started; it is tried again.
    case templateFailed(String)
    /// A process ended before it had a file.
    case spareEnded(String)
}
