import HTTPTypes
import ProfileImages

/// The resource `/events`.
struct EventHandlers: Sendable {
    let feed: EventFeed
    /// Where pictures are, as webhooks say it too.
    let urls: PictureURLs

    private struct List: Encodable {
        let events: [CloudEvent]
        /// The value of `after` for what comes next.
        let next: String
    }

    /// The events after a cursor, oldest first: `?after=…`, `?limit=number`, `?wait=seconds`.
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
            headerFields: [.cacheControl: "private, no-store"]
        )
    }
}

extension Request {
    /// The last event that the client knows: `?after=`; 0 when there is no such item.
    /// - Throws: a problem with status 400.
    fileprivate func eventCursor() throws(CodedError) -> Int64 {
        guard let text = query("after") else { return 0 }
        guard let sequence = Int64(text), sequence >= 0 else {
            throw .badParameter("after", "is the text that the answer before gave as next")
        }
        return sequence
    }

    /// How long to wait for an event: `?wait=` in seconds.
    /// - Throws: a problem with status 400.
    fileprivate func wait(upTo limit: Int) throws(CodedError) -> Duration {
        guard let text = query("wait") else { return .zero }
        guard let seconds = Int(text), (0...limit).contains(seconds) else {
            throw .badParameter("wait", "is a whole number of seconds from 0 to \(limit)")
        }
        return .seconds(seconds)
    }
}
