import FastCGI
import Logging
import Server

/// Tells the service manager that the process works, as long as it does: systemd.service(5), `WatchdogSec=`.
struct Watchdog {
    let selfTest: SelfTest
    let manager: ServiceManager
    let logger: Logger

    /// Returns when a signal asks the process to stop.
    func run(until signals: ProcessSignals) {
        // sd_watchdog_enabled(3): half the interval leaves room for one late test.
        let interval = manager.watchdogInterval.map { $0 / 2 }
        while signals.wait(for: interval) == nil {
            do {
                try selfTest.run()
                manager.notify("WATCHDOG=1")
            } catch {
                logger.critical("self-test failed", metadata: ["cause": "\(error)"])
            }
        }
    }
}
