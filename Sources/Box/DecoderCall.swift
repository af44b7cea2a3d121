internal import CBox
internal import Glibc
import Imaging

/// One job that one decoder process runs.
struct DecoderCall {
    enum Answer {
        case outcome(DecodingOutcome)
        /// The process exceeded its processor-time limit and was killed.
        case tooLate
        /// The process exceeded its wall-clock limit, for lack of processor time, and was killed.
        case stalled
        /// The process ended; nil if its exit status is unknown.
        case ended(DecoderExit?)
        /// The message is neither an outcome nor an exit status.
        case nonsense
    }

    let process: DecoderProcess
    let request: DecodingRequest
    private let descriptors: [Int32]

    /// - Parameter memories: sent with the first job of a process; nil afterwards.
    init(_ process: DecoderProcess, _ request: DecodingRequest, handingOver memories: JobMemories?) {
        self.process = process
        self.request = request
        descriptors = memories.map { [$0.upload, $0.result] } ?? []
    }

    /// Sends the job and waits for its outcome. `processorTime` is the processor-time limit in nanoseconds, `wall` the
    /// wall-clock limit.
    func answer(within processorTime: Int, wall: Duration) -> Answer {
        let before = process.processorTime ?? 0
        let bytes = request.bytes
        guard unsafe portraitd_send(process.socket, bytes, bytes.count, descriptors, descriptors.count) else {
            return .ended(nil)
        }
        let deadline = ContinuousClock.now + wall
        while true {
            // The process has one thread, so it cannot use up the rest of its time in less wall-clock time.
            let left = processorTime - ((process.processorTime ?? before) - before)
            guard left > 0 else { return kill(.tooLate) }
            let wallLeft = ContinuousClock.now.duration(to: deadline)
            guard wallLeft > .zero else { return kill(.stalled) }
            var event = pollfd(fd: process.socket, events: Int16(POLLIN), revents: 0)
            let milliseconds = min(Int64(left / 1_000_000), Int64(wallLeft / .milliseconds(1))) + 1
            if unsafe poll(&event, 1, Int32(clamping: milliseconds)) > 0 { return receive() }
        }
    }

    private func kill(_ answer: Answer) -> Answer {
        process.kill()
        return answer
    }

    private func receive() -> Answer {
        var none: [Int32] = []
        guard let bytes = DecodingRequest.receive(from: process.socket, &none) else { return .ended(nil) }
        if let exit = DecoderExit(bytes) { return .ended(exit) }
        var message = MessageReader(bytes)
        guard let outcome = DecodingOutcome(from: &message, capacity: request.resultCapacity) else { return .nonsense }
        return .outcome(outcome)
    }
}

/// A job for a decoder process, with its limits. The first message carries two memories as descriptors, one with the
/// upload and one for the result; a process that decodes many pictures uses them again.
struct DecodingRequest {
    /// The longest message between the service and a decoder process, in bytes.
    private static let longestMessage = 2048

    let job: DecodingJob
    let uploadBytes: Int
    /// The sizes of the two memories, in bytes.
    let uploadCapacity: Int
    let resultCapacity: Int
    /// The memory limit of the job, in bytes.
    let memory: Int
    /// Whether the process decodes other files afterwards.
    let isShared: Bool

    init(
        job: DecodingJob,
        uploadBytes: Int,
        uploadCapacity: Int,
        resultCapacity: Int,
        memory: Int,
        isShared: Bool
    ) {
        self.job = job
        self.uploadBytes = uploadBytes
        self.uploadCapacity = uploadCapacity
        self.resultCapacity = resultCapacity
        self.memory = memory
        self.isShared = isShared
    }

    init?(_ bytes: [UInt8]) {
        var message = MessageReader(bytes)
        guard let uploadCapacity = message.number(in: 1...1 << 40),
            let resultCapacity = message.number(in: 1...1 << 40),
            let uploadBytes = message.number(in: 1...uploadCapacity), let memory = message.number(in: 0...1 << 40),
            let isShared = message.flag(), let job = DecodingJob(from: &message), message.isAtEnd
        else { return nil }
        self.init(
            job: job,
            uploadBytes: uploadBytes,
            uploadCapacity: uploadCapacity,
            resultCapacity: resultCapacity,
            memory: memory,
            isShared: isShared
        )
    }

    /// The processor-time limit that the kernel enforces, in seconds: two more than the job's limit, times the number
    /// of pictures that the process may decode.
    var seconds: Int { (job.maxSeconds + 2) * (isShared ? DecoderProcess.mostPictures : 1) }

    var bytes: [UInt8] {
        var message = Message()
        message.append(uploadCapacity)
        message.append(resultCapacity)
        message.append(uploadBytes)
        message.append(memory)
        message.append(isShared)
        job.write(to: &message)
        return message.bytes
    }

    /// Waits for a message; nil at the end of the socket, on failure, or if the message exceeds `longestMessage`.
    static func receive(from socket: Int32, _ descriptors: inout [Int32]) -> [UInt8]? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: longestMessage) { buffer, count in
            let received = unsafe portraitd_receive(
                socket,
                buffer.baseAddress,
                buffer.count,
                &descriptors,
                descriptors.count
            )
            count = max(received, 0)
        }
        return bytes.isEmpty ? nil : bytes
    }
}
