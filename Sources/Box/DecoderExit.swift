internal import Glibc
import Imaging

/// How a decoder's process has ended, as its template says it on the socket of the process: wait(2).
struct DecoderExit: Equatable {
    /// Begins no outcome of a job.
    private static let mark = -1

    let status: Int32

    init(status: Int32) {
        self.status = status
    }

    init?(_ bytes: [UInt8]) {
        var message = MessageReader(bytes)
        guard message.number() == Self.mark, let status = message.number(in: 0...0xFFFF), message.isAtEnd else {
            return nil
        }
        self.status = Int32(status)
    }

    var message: [UInt8] {
        Message([Self.mark, Int(status) & 0xFFFF]).bytes
    }

    private var signal: Int32 { status & 0x7F }
    private var code: Int32 { status >> 8 & 0xFF }

    /// Whether the process ended for lack of the memory that it may take.
    var isOutOfMemory: Bool { signal == 0 && code == 12 }

    /// Whether something ended the process that need not be its own fault: SIGKILL.
    var isKilled: Bool { signal == SIGKILL }

    /// Whether the kernel ended the process for the time that it took.
    var isOutOfTime: Bool { signal == SIGXCPU }

    /// For the log.
    var description: String {
        switch signal {
        case 0: "the decoder exited with \(code)"
        case SIGSYS: "the decoder made a system call that is forbidden (SIGSYS)"
        case SIGSEGV: "the decoder used memory that it does not have (SIGSEGV)"
        case SIGBUS: "the decoder used memory that it does not have (SIGBUS)"
        case SIGABRT: "the decoder gave up (SIGABRT)"
        case SIGILL, SIGTRAP: "the decoder stopped at a fault of its own (signal \(signal))"
        default: "the decoder was ended by signal \(signal)"
        }
    }
}
