import TestSupport
import Testing
import Threads

@Suite struct MonitorTests {
    private struct State {
        var waiting = 0
        var isOpen = false
    }

    @Test func `a wait ends at once if the state is as asked`() {
        let monitor = Monitor(3)
        #expect(monitor.wait { $0 == 3 ? "three" : nil } == "three")
    }

    @Test func `a change wakes every thread that waits for it`() throws {
        let (monitor, passed) = waitingThreads()
        monitor.change { $0.isOpen = true }
        #expect(waitUntil { passed.values.count == 4 })
    }

    @Test func `a change by a wait that ends wakes every thread, too`() throws {
        let (monitor, passed) = waitingThreads()
        monitor.wait { state -> Void? in state.isOpen = true }
        #expect(waitUntil { passed.values.count == 4 })
    }

    @Test func `changes of several threads are not lost`() throws {
        let monitor = Monitor(0)
        let threads = (0..<4).map { _ in Background { for _ in 0..<1000 { monitor.change { $0 += 1 } } } }
        for thread in threads { try thread.value() }
        #expect(monitor.wait { $0 } == 4000)
    }

    /// Four threads that wait until the state is open. A thread that has counted itself keeps the lock until it waits.
    private func waitingThreads() -> (Monitor<State>, passed: Recorder<Bool>) {
        let (monitor, passed) = (Monitor(State()), Recorder<Bool>())
        for _ in 0..<4 {
            _ = Background {
                var isCounted = false
                monitor.wait { state -> Void? in
                    if !isCounted { state.waiting += 1 }
                    isCounted = true
                    return state.isOpen ? () : nil
                }
                passed.record(true)
            }
        }
        #expect(waitUntil { monitor.wait { $0.waiting } == 4 })
        return (monitor, passed)
    }
}
