import Foundation
import ProfileImages
import Storage
import Testing

extension Webhook {
    static func test(
        _ url: String = "https://a.test/",
        secret: WebhookSecret = .random(),
        formerSecret: FormerSecret? = nil,
        shape: Shape = .cloudEvents
    ) throws -> Webhook {
        Webhook(
            id: "whk_\(UInt64.random(in: .min ... .max))",
            url: try #require(RemoteURL(rawValue: url)),
            secret: secret,
            formerSecret: formerSecret,
            kinds: nil,
            shape: shape,
            createdAt: Date(timeIntervalSince1970: 0)
        )
    }
}

extension ProfileEvent {
    static func test(
        _ kind: Kind = .imageSet,
        of user: String = "alice",
        profile: Profile? = nil,
        sequence: Int64 = 42
    ) throws -> ProfileEvent {
        ProfileEvent(
            sequence: sequence,
            id: "evt_\(sequence)",
            kind: kind,
            userID: try #require(UserID(rawValue: user)),
            profile: profile,
            changedBy: "k1",
            time: Date(timeIntervalSince1970: 1_795_339_505.631)
        )
    }
}

extension DeliveryQueue {
    static func test(_ count: Int, failures: Int = 0, enqueuedAt: Date = .now) throws -> DeliveryQueue {
        DeliveryQueue(
            webhookID: "whk_1",
            userID: try #require(UserID(rawValue: "alice")),
            lease: "l",
            dueAt: enqueuedAt,
            failures: failures,
            deliveries: try (0..<count).map {
                .init(event: try .test(sequence: Int64($0 + 1)), enqueuedAt: enqueuedAt)
            }
        )
    }
}

extension MetadataStore {
    /// Changes a user's profile, which adds an event.
    func change(_ user: String, name: String = "\(UInt64.random(in: .min ... .max))") throws {
        let id = try #require(UserID(rawValue: user))
        let actor = AuditActor(.command, name: "test")
        _ = try write { transaction in
            try transaction.updateProfile(of: id, creation: .onFirstUse, by: actor, at: .now) { $0.fullName = name }
        }
    }
}
