internal import CBox
internal import Glibc
internal import Threads

/// The service's end of the template.
struct TemplateProcess: ~Copyable {
    let id: pid_t
    /// Where orders go, and copies come from.
    let control: Int32

    /// Starts the program from an open file. An upgrade may replace the file's name; the service still starts the same program.
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

    /// Waits for the end of the process, which comes with the end of its control.
    consuming func join() -> DecoderExit {
        let id = id
        shutdown(control, Int32(SHUT_RDWR))
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
        return DecoderExit(status: status)
    }
}
