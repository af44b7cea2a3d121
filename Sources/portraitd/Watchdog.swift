import FastCGI
import Logging
import Server

/// Tells the service manager that the process works, as long as it does: systemd.service(5), `WatchdogSec=`.
struct Watchdog {
    let selfTest: SelfTest
    let manager: ServiceManager
    let logger: Logger

    /// How often the self-test runs where no service manager watches.
    private static let interval = Duration.seconds(15)

    /// Returns when a signal asks the process to stop, or when it serves no more; calls `reload` when one asks for that.
    func run(until signals: ProcessSignals, reload: () -> Void) {
        // sd_watchdog_enabled(3): half the interval leaves room for one late test.
        let interval = manager.watchdogInterval.map { $0 / 2 } ?? Self.interval
        while true {
            switch signals.wait(for: interval) {
            case .stop: return
            // The test follows all the same: orders that come often must not keep it from the service manager.
            case .reload: reload()
            case nil: break
            }
            do {
                try selfTest.run()
                manager.notify("WATCHDOG=1")
            } catch SelfTest.Failure.notServing {
                return
            } catch {
                logger.critical("self-test failed", metadata: ["cause": "\(error)"])
            }
        }
    }
}
