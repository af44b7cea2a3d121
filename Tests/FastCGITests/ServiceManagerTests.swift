import Glibc
import TestSupport
import Testing

@testable import FastCGI

@Suite struct ServiceManagerTests {
    /// Sends `states` to the NOTIFY_SOCKET `name`, and returns the datagrams that arrive there.
    private func received(_ states: [String], at name: String) throws -> [String] {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        let address = try #require(UnixSocketAddress(name))
        #expect(unsafe address.withPointer { unsafe bind(descriptor, $0, $1) } == 0)
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": name])
        return states.map { state in
            #expect(manager.notify(state))
            var buffer = [UInt8](repeating: 0, count: 1_024)
            let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
        }
    }

    @Test func `states reach a path and an abstract address`() throws {
        let folder = try TemporaryFolder()
        let states = ["READY=1", "STATUS=ready\nWATCHDOG=1", "STOPPING=1"]
        #expect(try received(states, at: folder.file("notify")) == states)
        #expect(try received(states, at: "@\(folder.path)") == states)
    }

    @Test(arguments: [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "/nonexistent/notify"]])
    func `a missing service manager is not an error`(_ environment: [String: String]) {
        #expect(!ServiceManager(environment: environment).notify("READY=1"))
    }

    private static let watchdogs: [([String: String], Duration?)] = [
        ([:], nil),
        (["WATCHDOG_USEC": "30000000"], .seconds(30)),
        (["WATCHDOG_USEC": "1", "WATCHDOG_PID": "7"], .microseconds(1)),
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], nil),
        (["WATCHDOG_USEC": "0"], nil),
        (["WATCHDOG_USEC": "18446744073709551615"], nil),
        (["WATCHDOG_USEC": "often"], nil),
    ]

    @Test(arguments: watchdogs)
    func `the watchdog's interval is read`(_ environment: [String: String], _ expected: Duration?) {
        #expect(ServiceManager(environment: environment, processID: 7).watchdogInterval == expected)
    }

    @Test(arguments: [(SIGTERM, ProcessSignals.Order.stop), (SIGINT, .stop), (SIGHUP, .reload)])
    func `a wait returns the order of a signal`(_ number: Int32, _ order: ProcessSignals.Order) {
        var previous = sigset_t()
        unsafe pthread_sigmask(SIG_BLOCK, nil, &previous)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &previous, nil) }

        let signals = ProcessSignals()
        #expect(signals.wait(for: .milliseconds(10)) == nil)
        pthread_kill(pthread_self(), number)
        #expect(signals.wait(for: .seconds(1)) == order)
        pthread_kill(pthread_self(), number)
        #expect(signals.wait() == order)
    }
}
