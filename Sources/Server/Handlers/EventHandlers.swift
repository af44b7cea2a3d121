import HTTPTypes
package import ProfileImages
import Synchronization
package import Threads

/// The resource `/events`: the events for systems that poll.
struct EventHandlers: Sendable {
    let feed: EventFeed
    /// The URLs of pictures in events, the same as in webhooks.
    let urls: PictureURLs

    private struct List: Encodable {
        let events: [CloudEvent]
        /// The value of `after` for the next request.
        let next: String
    }

    /// Answers with the events after a cursor, oldest first: `?after=…`, `?limit=number`, `?wait=seconds`.
    func list(_ request: Request, by principal: Principal) throws -> Response {
        try principal.authorizeAdministration()
        let after = try request.eventCursor()
        let events = try feed.events(
            after: after,
            limit: request.pageLimit(),
            waiting: request.wait(upTo: EventFeed.longestWait),
            willWait: request.willTakeLong
        )
        return try .json(
            List(
                events: events.map { CloudEvent($0, urls: urls) },
                next: String(events.last?.sequence ?? after)
            ),
            headerFields: CachePolicy.neverPrivate
        )
    }
}

extension Request {
    /// The last event that the client knows: `?after=`; 0 if absent.
    /// - Throws: a `CodedError` that is answered 400.
    fileprivate func eventCursor() throws(CodedError) -> Int64 {
        guard let text = query("after") else { return 0 }
        guard let sequence = Int64(text), sequence >= 0 else {
            throw .badParameter("after", "must be the value of next in the previous response")
        }
        return sequence
    }

    /// The time to wait for an event: `?wait=` in seconds.
    /// - Throws: a `CodedError` that is answered 400.
    fileprivate func wait(upTo limit: Int) throws(CodedError) -> Duration {
        guard let text = query("wait") else { return .zero }
        guard let seconds = Int(text), (0...limit).contains(seconds) else {
            throw .badParameter("wait", "is a whole number of seconds from 0 to \(limit)")
        }
        return .seconds(seconds)
    }
}

/// Reads events for clients that poll, and waits for the next event on request.
package final class EventFeed: Sendable {
    /// The maximum wait in seconds. It is below the timeout of web servers, one minute.
    static let longestWait = 30
    /// The maximum number of waiting requests. Each one holds a thread.
    private static let maxWaiters = 16
    /// The interval in which a waiting request checks for events.
    private static let step = Duration.milliseconds(250)

    private let store: any MetadataStore
    private let places: Mutex<Int>
    private let stopEvent: OneShotEvent

    /// - Parameter workers: the number of worker threads; at most a quarter of them may wait here.
    package init(store: any MetadataStore, workers: Int) throws(SystemCallError) {
        self.store = store
        places = Mutex(min(Self.maxWaiters, workers / 4))
        stopEvent = try OneShotEvent()
    }

    /// Ends all waiting requests with an empty list.
    package func stop() {
        stopEvent.raise()
    }

    /// Returns up to `limit` events after `sequence`. If there are none, it waits for an event, up to `time`. It does
    /// not wait if too many requests wait already.
    /// - Parameter willWait: called before it waits.
    func events(after sequence: Int64, limit: Int, waiting time: Duration, willWait: () throws -> Void) throws
        -> [ProfileEvent]
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
