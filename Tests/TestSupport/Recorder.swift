import Synchronization

/// The values that several threads report, in the order of their reports.
package final class Recorder<Value: Sendable>: Sendable {
    private let storage = Mutex<[Value]>([])

    package init() {}

    package var values: [Value] { storage.withLock { $0 } }

    package func record(_ value: Value) {
        storage.withLock { $0.append(value) }
    }
}
