internal import CBox
internal import Glibc
package import Imaging

/// The process from which decoder processes are forked. It has done each kind of work once, so its copies need no files
/// and no libraries from the system.
///
/// It has one thread, because fork(2) copies only the calling thread. It ends when the service ends, and its copies end
/// with it.
package struct DecoderTemplate {
    /// The descriptor of the socket on which the service sends its orders.
    package static let control: Int32 = 3

    private let decoder: any PictureDecoder
    private let whenLocked: () -> Void
    private let signals: Int32
    private var sockets: [pid_t: Int32] = [:]

    /// - Parameters:
    ///   - decoder: runs the jobs; it must have run each kind of job once.
    ///   - whenLocked: called in each copy after it has given up its rights.
    package init?(decoder: any PictureDecoder, whenLocked: @escaping () -> Void) {
        self.decoder = decoder
        self.whenLocked = whenLocked
        guard unsafe portraitd_begin("portraitd-decoder", Self.control) else { return nil }
        var children = sigset_t()
        unsafe sigemptyset(&children)
        unsafe sigaddset(&children, SIGCHLD)
        guard unsafe sigprocmask(SIG_BLOCK, &children, nil) == 0 else { return nil }
        signals = unsafe signalfd(-1, &children, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard signals >= 0 else { return nil }
    }

    /// Forks a copy for each order, until the service ends.
    package mutating func run() -> Never {
        var events = [
            pollfd(fd: Self.control, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            guard unsafe poll(&events, 2, -1) > 0 else {
                guard errno == EINTR else { _exit(1) }
                continue
            }
            if events[1].revents != 0 { reap() }
            if events[0].revents != 0 { obey() }
        }
    }

    private mutating func obey() {
        var order: UInt8 = 0
        var none: [Int32] = []
        // The socket ends when the service ends.
        guard unsafe portraitd_receive(Self.control, &order, 1, &none, 0) == 1 else { _exit(0) }
        guard let (process, socket) = fork() else {
            reportFailure()
            return
        }
        let ended = portraitd_pidfd_open(process)
        let message = Message([Int(process)])
        let sent = unsafe portraitd_send(Self.control, message.bytes, message.bytes.count, [socket.theirs, ended], 2)
        close(ended)
        close(socket.theirs)
        guard ended >= 0, sent else {
            kill(process, SIGKILL)
            close(socket.ours)
            reportFailure()
            return
        }
        sockets[process] = socket.ours
    }

    /// Reports that an order failed, so that the service does not wait for a copy.
    private func reportFailure() {
        let message = Message([0])
        _ = unsafe portraitd_send(Self.control, message.bytes, message.bytes.count, nil, 0)
    }

    /// Forks a copy with one end of a socket pair. This process keeps that end open too, and sends the exit status of
    /// the copy on it. The other end is for the service.
    private func fork() -> (pid_t, (ours: Int32, theirs: Int32))? {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
        let parent = getpid()
        let process = portraitd_fork()
        guard process != 0 else {
            guard portraitd_strip(ends[0], parent) else { _exit(1) }
            DecoderChild(socket: ends[0], decoder: decoder, whenLocked: whenLocked).serve()
        }
        guard process > 0 else {
            ends.forEach { close($0) }
            return nil
        }
        return (process, (ends[0], ends[1]))
    }

    /// Sends the exit status of each ended copy on the socket of that copy.
    private mutating func reap() {
        var information = signalfd_siginfo()
        while unsafe read(signals, &information, MemoryLayout<signalfd_siginfo>.size) > 0 {}
        while true {
            var status: Int32 = 0
            let process = unsafe waitpid(-1, &status, WNOHANG)
            guard process > 0 else { return }
            guard let socket = sockets.removeValue(forKey: process) else { continue }
            let message = DecoderExit(status: status).message
            _ = unsafe portraitd_send(socket, message, message.count, nil, 0)
            close(socket)
        }
    }
}
