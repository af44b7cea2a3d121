import Glibc
import Testing

@testable import FastCGI

@Suite struct ProcessSignalsTests {
    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func `a signal is waited for`(_ number: Int32) {
        var previous = sigset_t()
        unsafe pthread_sigmask(SIG_BLOCK, nil, &previous)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &previous, nil) }

        let signals = ProcessSignals()
        #expect(signals.wait(for: .milliseconds(10)) == nil)
        pthread_kill(pthread_self(), number)
        #expect(signals.wait(for: .seconds(1)) == number)
        pthread_kill(pthread_self(), number)
        #expect(signals.wait() == number)
    }
}
