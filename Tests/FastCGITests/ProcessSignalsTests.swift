import Glibc
import Testing

@testable import FastCGI

@Suite struct ProcessSignalsTests {
    @Test(arguments: [(SIGTERM, ProcessSignals.Order.stop), (SIGINT, .stop), (SIGHUP, .reload)])
    func `a signal is waited for`(_ number: Int32, _ order: ProcessSignals.Order) {
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
