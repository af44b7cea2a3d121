import Bytes
package import FoundationEssentials

/// A change of a user's profile or image, reported to other systems.
package struct ProfileEvent: Equatable, Sendable {
    /// The kind of change; receivers filter by it.
    package enum Kind: String, CaseIterable, Codable, Sendable {
        case profileCreated = "profile.created"
        case profileUpdated = "profile.updated"
        case profileErased = "profile.erased"
        case imageSet = "profileimage.set"
        case imageReplaced = "profileimage.replaced"
        case imageRemoved = "profileimage.removed"
    }

    /// Increases with every event; clients that poll use it as their cursor.
    package let sequence: Int64
    /// The identifier by which a receiver recognises an event that it gets twice.
    package let id: String
    package let kind: Kind
    package let userID: UserID
    /// The profile after the change; nil if the change erased it.
    package let profile: Profile?
    /// The name of the actor that made the change; nil for events of versions that did not record it.
    package let changedBy: String?
    package let time: Date

    package init(
        sequence: Int64,
        id: String,
        kind: Kind,
        userID: UserID,
        profile: Profile?,
        changedBy: String?,
        time: Date
    ) {
        self.sequence = sequence
        self.id = id
        self.kind = kind
        self.userID = userID
        self.profile = profile
        self.changedBy = changedBy
        self.time = time
    }
}

/// An event as a CloudEvents 1.0 JSON object, for webhooks and for clients that poll.
package struct CloudEvent: Encodable, Equatable, Sendable {
    /// The event's data: the person after the change, nil if the user was erased.
    package struct Content: Encodable, Equatable, Sendable {
        package let person: Person?
    }

    /// CloudEvents HTTP protocol binding §3.2.1 requires this media type instead of `application/json`.
    package static let mediaType = "application/cloudevents+json; charset=UTF-8"

    package let specversion = "1.0"
    package let id: String
    package let source: String
    package let type: String
    /// The user ID.
    package let subject: String
    package let time: String
    package let datacontenttype = "application/json"
    /// The CloudEvents extension `sequence`: it increases with every event, and receivers compare it as text.
    package let sequence: String
    package let data: Content

    package init(_ event: ProfileEvent, urls: PictureURLs) {
        id = event.id
        // CloudEvents §3.1.1: `source` and `id` together are globally unique. The source is the URL of the event list.
        source = "\(urls.base)/events"
        type = event.kind.rawValue
        subject = event.userID.rawValue
        time = event.time.iso8601
        sequence = event.sequence.hexadecimal
        data = Content(person: event.profile.map { Person($0, urls: urls) })
    }

    /// Creates an event without content, for testing a receiver.
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
