import TestSupport
import Testing
import Threads

@Suite struct MonitorTests {
    @Test func `a wait ends at once if its condition holds`() {
        let monitor = Monitor(3)
        #expect(monitor.wait { $0 == 3 ? "three" : nil } == "three")
    }

    @Test func `a change wakes every thread that waits for it`() throws {
        let monitor = Monitor(0)
        let waiting = (1...4).map { number in Background { monitor.wait { $0 >= number ? $0 : nil } } }
        for _ in 1...4 { monitor.change { $0 += 1 } }
        for (index, thread) in waiting.enumerated() { #expect(try thread.value() > index) }
    }

    @Test func `changes of several threads are not lost`() throws {
        let monitor = Monitor(0)
        let threads = (0..<4).map { _ in Background { for _ in 0..<1000 { monitor.change { $0 += 1 } } } }
        #expect(monitor.wait { $0 == 4000 ? $0 : nil } == 4000)
        for thread in threads { try thread.value() }
    }
}
