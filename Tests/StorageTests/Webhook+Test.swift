import Foundation
import Imaging
import ProfileImages
import Storage
import Testing

extension Webhook {
    static func test(
        _ url: String = "https://a.test/",
        kinds: Set<ProfileEvent.Kind>? = nil,
        shape: Shape = .cloudEvents,
        at seconds: TimeInterval = 0
    ) throws -> Webhook {
        let url = try #require(RemoteURL(rawValue: url))
        return Webhook(url: url, kinds: kinds, shape: shape, createdAt: Date(timeIntervalSince1970: seconds))
    }
}

extension MetadataStore {
    /// Changes a user's profile, which adds an event.
    @discardableResult
    func change(_ user: String, at time: Date = .now) throws -> UserID {
        let id = try #require(UserID(rawValue: user))
        _ = try write { transaction in
            try transaction.updateProfile(of: id, creation: .onFirstUse, by: .test, at: time) {
                $0.fullName = "\(UInt64.random(in: .min ... .max))"
            }
        }
        return id
    }

    /// Takes the due deliveries of a webhook, with a lease of a minute.
    func take(_ webhook: Webhook, limit: Int = 100, length: Int = 100, now: Date = .now) throws -> [DeliveryQueue]? {
        try takeDeliveries(for: webhook.id, limit: limit, length: length, until: now.addingTimeInterval(60), now: now)?
            .queues
    }

    /// Replays the selected events one at a time, and returns the number of deliveries.
    func replay(_ selection: Replay, to webhook: String? = nil) throws -> Int {
        var (count, last) = (0, Int64(0))
        while let some = try write({ try $0.replay(selection, after: last, limit: 1, to: webhook, at: .now) }) {
            count += some.deliveries
            last = some.last
        }
        return count
    }

    func finish(
        _ queue: DeliveryQueue,
        delivered: Int,
        _ ending: DeliveryQueue.Ending = .released,
        at time: Date = .now
    )
        throws
    {
        try write { try $0.finishDeliveries(queue, delivered: delivered, ending: ending, at: time) }
    }
}

extension ProfileImage {
    static func test(of user: UserID) -> ProfileImage {
        let id = MediaID.random()
        return ProfileImage(
            id: id,
            userID: user,
            master: .master(of: id, format: .jpeg),
            variant: .init(side: 256, format: .jpeg, byteCount: 13_100),
            createdAt: .now
        )
    }
}
