internal import Glibc

extension Listener {
    /// The socket that the service manager passed (sd_listen_fds(3)), or else file descriptor 0 when it is a listening
    /// socket (spawn-fcgi, `StandardInput=socket`; FastCGI §2.2); nil when there is none.
    package static func inherited(
        environment: [String: String],
        processID: Int32 = getpid(),
        firstDescriptor: Int32 = 3,
        standardInput: Int32 = 0
    ) throws(ListenerError) -> Listener? {
        // Variables meant for another process are leftovers, not an error.
        if try number("LISTEN_PID", in: environment) == Int(processID) {
            guard let count = try number("LISTEN_FDS", in: environment), count >= 1 else { return nil }
            return try adopt(firstDescriptor)
        }
        do {
            return try adopt(standardInput)
        } catch .notListening {
            return nil
        }
    }

    private static func number(
        _ name: String,
        in environment: [String: String]
    ) throws(ListenerError) -> Int? {
        guard let value = environment[name] else { return nil }
        guard let number = Int(value) else { throw .invalidEnvironment(name: name, value: value) }
        return number
    }
}
