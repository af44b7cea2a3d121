package import ProfileImages

/// An event as a Profile Notification: the kind of change, and the person after it.
package struct ProfileNotification: Encodable, Equatable, Sendable {
    /// The message's properties, with the names of the original format.
    package struct Properties: Encodable, Equatable, Sendable {
        enum CodingKeys: String, CodingKey {
            case identifier = "Identifier"
            case profileID = "ProfileId"
            case entityName = "EntityName"
            case trigger = "EventTrigger"
            case lastModifiedBy = "LastModifiedBy"
        }

        let identifier: String
        let profileID: String
        let entityName = "Person"
        let trigger: Trigger
        let lastModifiedBy: String?
    }

    enum Trigger: String, Encodable {
        case create = "Create"
        case update = "Update"
        case delete = "Delete"
        case test = "Test"
    }

    package static let mediaType = "application/json"

    package let properties: Properties
    /// The person after the change; absent if the user was erased.
    package let body: ProfileServicePerson?

    package init(_ event: ProfileEvent, urls: PictureURLs) {
        properties = Properties(
            identifier: event.userID.rawValue,
            profileID: event.userID.rawValue,
            trigger: Trigger(event.kind),
            lastModifiedBy: event.changedBy
        )
        body = event.profile.map { ProfileServicePerson($0, urls: urls) }
    }

    /// A notification without content, for testing a receiver.
    package static let test = Self(
        properties: Properties(identifier: "test", profileID: "test", trigger: .test, lastModifiedBy: nil),
        body: nil
    )

    private init(properties: Properties, body: ProfileServicePerson?) {
        self.properties = properties
        self.body = body
    }
}

extension ProfileNotification.Trigger {
    fileprivate init(_ kind: ProfileEvent.Kind) {
        switch kind {
        case .profileCreated: self = .create
        case .profileErased: self = .delete
        case .profileUpdated, .imageSet, .imageReplaced, .imageRemoved: self = .update
        }
    }
}
