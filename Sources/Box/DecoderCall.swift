internal import CBox
internal import Glibc
import Imaging

/// One job in the hands of one process.
struct DecoderCall {
    enum Answer {
        case outcome(DecodingOutcome)
        /// It took more processor time than it may, and was killed.
        case tooLate
        /// It got too little processor time for too long, and was killed.
        case stalled
        /// The process has ended, as far as is known.
        case ended(DecoderExit?)
        /// Its message is neither an outcome nor an exit status.
        case nonsense
    }

    let process: DecoderProcess
    let request: DecodingRequest
    private let descriptors: [Int32]

    /// - Parameter memories: what the process does not have yet.
    init(_ process: DecoderProcess, _ request: DecodingRequest, handingOver memories: JobMemories?) {
        self.process = process
        self.request = request
        descriptors = memories.map { [$0.upload, $0.result] } ?? []
    }

    /// Hands the job over and waits for its outcome; `processorTime` is in nanoseconds.
    func answer(within processorTime: Int, wall: Duration) -> Answer {
        let before = process.processorTime ?? 0
        let bytes = request.bytes
        guard unsafe portraitd_send(process.socket, bytes, bytes.count, descriptors, descriptors.count) else {
            return .ended(nil)
        }
        let deadline = ContinuousClock.now + wall
        while true {
            // It has one thread: until then it cannot have used up its time.
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
