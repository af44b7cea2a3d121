import Foundation
import Synchronization

/// A process that a test starts. `deinit` ends it.
///
/// Foundation's `Process` does not work here: if a child closes its inherited descriptors, as socket activation does,
/// `Process` assumes that the child has ended and then waits for it on the thread that watches all children.
final class ChildProcess: Sendable {
    let id: Int32
    private let status = Mutex<Int32?>(nil)

    /// Starts `path`, and appends its output to the files.
    init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        output: LogFile? = nil,
        errorOutput: LogFile? = nil
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (descriptor, file) in [(Int32(1), output), (2, errorOutput)] {
            let path = file?.path ?? "/dev/null"
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // Resets the signals to their defaults: the tests can inherit ignored signals, which a shell cannot trap.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let variables = environment.merging(Environment.ofChildren) { own, _ in own }
        var id: Int32 = 0
        let error = unsafe Self.withStrings([path] + arguments) { arguments in
            unsafe Self.withStrings(variables.map { "\($0.key)=\($0.value)" }) { variables in
                unsafe posix_spawn(&id, path, &actions, &attributes, arguments, variables)
            }
        }
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .EINVAL) }
        self.id = id
    }

    deinit {
        signal(SIGKILL)
        wait()
    }

    func signal(_ number: Int32) {
        guard status.withLock({ $0 }) == nil else { return }
        kill(id, number)
    }

    /// Waits for the end, and returns the exit status or the negative signal.
    @discardableResult
    func wait() -> Int32 {
        status.withLock { status in
            if let status { return status }
            var raw: Int32 = 0
            while unsafe waitpid(id, &raw, 0) < 0, errno == EINTR {}
            // wait(2): the low seven bits are the signal, the next byte is the exit status.
            let ended = raw & 0x7F == 0 ? raw >> 8 & 0xFF : -(raw & 0x7F)
            status = ended
            return ended
        }
    }

    private static func withStrings<Result>(
        _ strings: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
            // The base address is never nil: the buffer holds at least the terminator.
            unsafe body(buffer.baseAddress.unsafelyUnwrapped)
        }
    }
}
