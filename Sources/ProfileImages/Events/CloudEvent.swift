package import FoundationEssentials

/// An event as CloudEvents 1.0 has it, in JSON: for webhooks, and for those who pull.
package struct CloudEvent: Encodable, Equatable, Sendable {
    /// What changed: nothing of it when the user was erased.
    package struct Content: Encodable, Equatable, Sendable {
        package let person: Person?
    }

    /// CloudEvents' HTTP protocol binding §3.2.1 asks for this one, not for `application/json`.
    package static let mediaType = "application/cloudevents+json; charset=UTF-8"

    package let specversion = "1.0"
    package let id: String
    package let source: String
    package let type: String
    /// The user.
    package let subject: String
    package let time: String
    package let datacontenttype = "application/json"
    /// The extension of this name: it grows from event to event, and is compared as text.
    package let sequence: String
    package let data: Content

    package init(_ event: Event, urls: PictureURLs) {
        id = event.id
        // With the identifier it names the event in the whole world (CloudEvents §3.1.1): the resource of all events.
        source = "\(urls.base)/events"
        type = event.kind.rawValue
        subject = event.userID.rawValue
        time = event.time.iso8601
        sequence = event.sequence.hexadecimal
        data = Content(person: event.profile.map { Person($0, urls: urls) })
    }

    /// One that tells of nothing, for a receiver to be tried out with.
    package init(testAt time: Date, id: String, urls: PictureURLs) {
        self.id = id
        source = "\(urls.base)/events"
        type = "webhook.test"
        subject = "test"
        self.time = time.iso8601
        sequence = Int64(0).hexadecimal
        data = Content(person: nil)
    }
}
