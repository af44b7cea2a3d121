internal import CBox
internal import Glibc
import Imaging
internal import Threads

/// A decoder process, as the service sees it: a socket and a pidfd.
final class DecoderProcess: Sendable {
    /// The largest number of pictures that one process decodes.
    static let mostPictures = 1000

    let id: pid_t
    let socket: Int32
    private let handle: Int32

    /// Takes ownership of both descriptors; `handle` is a pidfd.
    init(id: pid_t, socket: Int32, handle: Int32) {
        self.id = id
        self.socket = socket
        self.handle = handle
    }

    /// Closing the socket ends the process; a busy process ends after its job.
    deinit {
        close(socket)
        close(handle)
    }

    /// Whether no message has arrived: the only message about an idle process is its exit status.
    var isWaiting: Bool {
        var event = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&event, 1, 0) == 0
    }

    /// The processor time used so far, in nanoseconds; nil if the process has ended.
    var processorTime: Int? {
        let time = portraitd_processor_time(id)
        return time >= 0 ? Int(time) : nil
    }

    func kill() {
        _ = portraitd_pidfd_kill(handle)
    }
}

/// The template process, as the service sees it; decoder processes are forked from it.
struct TemplateProcess: ~Copyable {
    let id: pid_t
    /// The socket for orders to the template and for copies from it.
    let control: Int32

    /// Starts the program from an open file, so that an upgrade which replaces the file does not change the program.
    init(executable: Int32) throws(SystemCallError) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw SystemCallError("socketpair") }
        var process = pid_t()
        let code = unsafe portraitd_spawn(executable, ends[1], &process)
        guard code == 0 else {
            ends.forEach { close($0) }
            throw SystemCallError("posix_spawn", code: code)
        }
        close(ends[1])
        (id, control) = (process, ends[0])
    }

    deinit { close(control) }

    /// Shuts the control socket down, which ends the process, and waits for its exit.
    consuming func join() -> DecoderExit {
        let id = id
        shutdown(control, Int32(SHUT_RDWR))
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
        return DecoderExit(status: status)
    }
}

/// The wait(2) status of a decoder process. The template sends it on the socket of that process.
struct DecoderExit: Equatable {
    /// The first number of the message; no outcome of a job begins with it.
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

    /// Whether the process reached its memory limit (exit status `portraitd_no_memory`).
    var isOutOfMemory: Bool { signal == 0 && code == 12 }

    /// Whether SIGKILL ended the process, which need not be the fault of the process.
    var isKilled: Bool { signal == SIGKILL }

    /// Whether the process reached its processor-time limit (SIGXCPU).
    var isOutOfTime: Bool { signal == SIGXCPU }

    /// A description for the log.
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
