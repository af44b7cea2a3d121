internal import CBox
internal import Glibc
package import Imaging
internal import Synchronization
package import Threads

/// Decodes pictures in separate processes without rights, which can be killed: an attack on a decoder ends there.
///
/// A file that needs a C library is decoded in a new process. Files that need only our own Swift decoder share a
/// process.
package final class Box: PictureDecoder, Sendable {
    /// The processor time beyond the limit, in nanoseconds, in which a decoder can still report the timeout itself.
    private static let grace = 500_000_000
    /// The wall-clock limit as a multiple of the processor-time limit, for the time when others keep the processors
    /// busy.
    private static let wallFactor = 4

    private let pool: DecoderPool
    private let sharedMemory: Int
    private let patience: Int
    private let keeper = Mutex<WorkerThread?>(nil)

    /// - Parameters:
    ///   - path: the program `portraitd-decoder`. It stays open, so that an upgrade takes effect only after a restart.
    ///   - sharedMemory: the memory limit of a process that decodes many pictures, in bytes.
    ///   - spares: the number of processes that stand ready.
    ///   - patience: the shortest wall-clock limit of a picture, in seconds, for machines with little free processor
    ///     time.
    ///   - report: called with each fault of the processes.
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
        // Above 3: descriptors 0 to 3 of the new process are replaced before the program starts.
        let executable = fcntl(opened, F_DUPFD_CLOEXEC, DecoderTemplate.control + 1)
        guard executable >= 0 else { throw SystemCallError("fcntl") }
        self.sharedMemory = sharedMemory
        self.patience = patience
        pool = try DecoderPool(executable: executable, spares: spares, report: report)
    }

    /// One per processor, and two in reserve.
    package static var defaultSpares: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) + 2 }

    /// Starts the processes unless they are started; the first job does so too. Jobs that arrive before the first
    /// process is ready wait for it.
    package func start() throws(SystemCallError) {
        try keeper.withLock { thread throws(SystemCallError) in
            guard thread == nil else { return }
            let pool = pool
            thread = try WorkerThread { pool.keep() }
        }
    }

    /// Waits up to `time` for the first process; returns whether it is ready.
    package func isReady(within time: Duration) -> Bool { pool.isReady(within: time) }

    /// Ends all idle processes; returns when the template has ended, or after `time`.
    package func stop(within time: Duration = .seconds(5)) {
        pool.stop()
        _ = keeper.withLock { $0.take() }?.join(within: time)
    }

    /// Returns the wall-clock limit, in seconds, of a picture whose processor-time limit is `maxSeconds`.
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

    /// Decodes in a process for this file only.
    private func runAlone(_ job: DecodingJob, on file: [UInt8], memory: Int) throws(ImageError) -> [ImageVariant] {
        guard let memories = JobMemories(file, resultBytes: job.mostBytes) else { throw Self.lack }
        // A second process, if something else killed the first.
        for _ in 1...2 {
            guard let process = pool.take() else { throw .noDecoder }
            let call = call(process, job, file, memories, memory: memory, isShared: false)
            if let made = try finish(call, job, file, memories) { return made }
        }
        throw .noDecoder
    }

    /// Decodes in a process that decodes other files afterwards.
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

    /// Waits for the result of a call and returns its pictures; nil if the process ended for a reason outside the
    /// decoder.
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

    /// The error for memories that could not be created, by errno(3): `busy` if no descriptor was left.
    private static var lack: ImageError { [EMFILE, ENFILE].contains(errno) ? .busy : .outOfMemory }

    private func crash(_ file: [UInt8], _ reason: String) -> ImageError {
        .decoderCrashed(ImageFormat(of: file) ?? .jpeg, reason: reason)
    }
}

/// A fault of the decoder processes, for the log.
package enum BoxEvent: Equatable, Sendable {
    /// The template ended, and all its copies with it; another template is started.
    case templateEnded(String)
    /// The template could not be started; another attempt follows.
    case templateFailed(String)
    /// A process ended before it received a file, or could not be created.
    case spareEnded(String)
}
