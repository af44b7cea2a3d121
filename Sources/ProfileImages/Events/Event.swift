package import FoundationEssentials

/// Something that happened to a user, for other systems to know.
package struct Event: Equatable, Sendable {
    /// What happened; the type that receivers filter by.
    package enum Kind: String, CaseIterable, Codable, Sendable {
        case profileCreated = "profile.created"
        case profileUpdated = "profile.updated"
        case profileErased = "profile.erased"
        case imageSet = "profileimage.set"
        case imageReplaced = "profileimage.replaced"
        case imageRemoved = "profileimage.removed"
    }

    /// Grows from event to event: the cursor of those who pull.
    package let sequence: Int64
    /// Names the event to receivers, who may get it twice.
    package let id: String
    package let kind: Kind
    package let userID: UserID
    /// The profile as it was after the change; nil when it was erased then.
    package let profile: Profile?
    /// The name of the actor who made the change; nil for events from before it was kept.
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
