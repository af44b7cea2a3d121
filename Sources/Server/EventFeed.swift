package import ProfileImages
import Synchronization
package import Threads

/// The events for those who pull, who may wait for the next one.
package final class EventFeed: Sendable {
    /// The longest wait, in seconds: web servers give up after a minute.
    static let longestWait = 30
    /// How many wait at the same time, at most. Each holds a thread.
    private static let maxWaiters = 16
    /// How often those who wait look.
    private static let step = Duration.milliseconds(250)

    private let store: any MetadataStore
    private let places: Mutex<Int>
    private let stopEvent: Threads.Event

    /// - Parameter workers: how many requests can be worked on at the same time; a quarter of them may wait here.
    package init(store: any MetadataStore, workers: Int) throws(SystemCallError) {
        self.store = store
        places = Mutex(min(Self.maxWaiters, workers / 4))
        stopEvent = try Threads.Event()
    }

    /// Lets those who wait go with nothing.
    package func stop() {
        stopEvent.raise()
    }

    /// Up to `limit` events after `sequence`. When there is none it waits for one, up to `time`, if there is a place for that.
    /// - Parameter willWait: called before it waits.
    func events(after sequence: Int64, limit: Int, waiting time: Duration, willWait: () throws -> Void) throws
        -> [ProfileImages.Event]
    {
        let end = ContinuousClock.now + time
        let events = try store.read { try $0.events(after: sequence, limit: limit) }
        guard events.isEmpty, time > .zero, takePlace() else { return events }
        defer { places.withLock { $0 += 1 } }
        try willWait()
        while case let rest = end - .now, rest > .zero, !stopEvent.wait(for: min(rest, Self.step)) {
            let events = try store.read { try $0.events(after: sequence, limit: limit) }
            guard events.isEmpty else { return events }
        }
        return []
    }

    private func takePlace() -> Bool {
        places.withLock { places in
            guard places > 0 else { return false }
            places -= 1
            return true
        }
    }
}
