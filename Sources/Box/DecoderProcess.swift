internal import CBox
internal import Glibc

/// The service's end of one decoder's process.
final class DecoderProcess: Sendable {
    /// How many pictures one process decodes at most.
    static let mostPictures = 1000

    let id: pid_t
    let socket: Int32
    private let handle: Int32

    /// Takes both descriptors over: the socket, and a pidfd.
    init(id: pid_t, socket: Int32, handle: Int32) {
        self.id = id
        self.socket = socket
        self.handle = handle
    }

    /// A process without its socket ends, unless it is busy.
    deinit {
        close(socket)
        close(handle)
    }

    /// Whether it has said nothing yet: what stands idle says only that it has ended.
    var isWaiting: Bool {
        var event = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&event, 1, 0) == 0
    }

    /// The processor time that it has used, in nanoseconds; nil when it has ended.
    var processorTime: Int? {
        let time = portraitd_processor_time(id)
        return time >= 0 ? Int(time) : nil
    }

    func kill() {
        _ = portraitd_pidfd_kill(handle)
    }
}
