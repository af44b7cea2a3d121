import Curl
import Foundation
import HTTPTypes
import Imaging
import ProfileImages
import Testing

@testable import Worker

@Suite struct WebhookMessageTests {
    private let now = Date(timeIntervalSince1970: 1_614_265_330.9)

    private func json(_ call: HTTPCall) throws -> [String: Any] {
        guard case .post(let body) = call.method else { return [:] }
        return try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    }

    private func signatures(_ call: HTTPCall) throws -> [String] {
        try #require(call.fields[.webhookSignature]).split(separator: " ").map(String.init)
    }

    /// The test vector of the specification's own libraries.
    @Test func `a signature follows the Standard Webhooks specification`() throws {
        let secret = try #require(WebhookSecret(rawValue: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let signature = secret.signature(
            of: Array(#"{"test": 2432232314}"#.utf8),
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: 1_614_265_330
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func `a message is signed with its identifier, the time of the attempt and its body`() throws {
        let webhook = try Webhook.test()
        let call = try WebhookMessage(
            .test(),
            as: .cloudEvents,
            urls: PictureURLs(base: "", defaultImage: DefaultImage(.none, side: 0), pseudonyms: .unkeyed)
        ).call(
            to: webhook,
            now: now
        )
        #expect(call.fields[.webhookID] == "evt_42")
        #expect(call.fields[.webhookTimestamp] == "1614265330")
        guard case .post(let body) = call.method else { throw CancellationError() }
        let expected = webhook.secret.signature(of: body, id: "evt_42", timestamp: 1_614_265_330)
        #expect(try signatures(call) == [expected])
        #expect(call.url == webhook.url.rawValue)
    }

    @Test func `during a rotation both secrets sign`() throws {
        let former = Webhook.FormerSecret(secret: .random(), end: now.addingTimeInterval(1))
        let webhook = try Webhook.test(formerSecret: former)
        let message = try WebhookMessage(
            .test(),
            as: .cloudEvents,
            urls: PictureURLs(base: "", defaultImage: DefaultImage(.none, side: 0), pseudonyms: .unkeyed)
        )
        let both = try signatures(message.call(to: webhook, now: now))
        #expect(both.count == 2)
        let later = try signatures(message.call(to: webhook, now: now.addingTimeInterval(1)))
        #expect(later.count == 1)
        let other = try Webhook.test(secret: former.secret)
        #expect(try signatures(message.call(to: other, now: now)) == [both[1]])
    }

    @Test func `an event is a CloudEvent in structured mode`() throws {
        let message = try WebhookMessage(
            .test(profile: .test),
            as: .cloudEvents,
            urls: PictureURLs(
                base: "https://img.test",
                defaultImage: DefaultImage(.none, side: 0),
                pseudonyms: .unkeyed
            )
        )
        let call = message.call(to: try .test(), now: now)
        #expect(call.fields[.contentType] == "application/cloudevents+json; charset=UTF-8")
        let event = try json(call)
        #expect(event["specversion"] as? String == "1.0")
        #expect(event["id"] as? String == "evt_42")
        #expect(event["source"] as? String == "https://img.test/events")
        #expect(event["type"] as? String == "profileimage.set")
        #expect(event["subject"] as? String == "alice")
        #expect(event["time"] as? String == "2026-11-22T09:25:05.631Z")
        #expect(event["datacontenttype"] as? String == "application/json")
        #expect(event["sequence"] as? String == "000000000000002a")
        let person = try #require((event["data"] as? [String: Any])?["person"] as? [String: Any])
        #expect(person["profileId"] as? String == "alice")
        #expect(person["hasProfileImage"] as? Bool == true)
        #expect((person["imageUrl"] as? String)?.hasPrefix("https://img.test/images/") == true)
        #expect(person["profileImage"] as? String == Profile.test.image?.id.rawValue)
    }

    @Test func `without a public URL the URLs in an event are relative`() throws {
        let message = try WebhookMessage(
            .test(profile: .test),
            as: .cloudEvents,
            urls: PictureURLs(base: "", defaultImage: DefaultImage(.none, side: 0), pseudonyms: .unkeyed)
        )
        let event = try json(message.call(to: try .test(), now: now))
        #expect(event["source"] as? String == "/events")
        let person = (event["data"] as? [String: Any])?["person"] as? [String: Any]
        #expect((person?["imageUrl"] as? String)?.hasPrefix("/images/") == true)
    }

    @Test(arguments: [
        (ProfileEvent.Kind.profileCreated, "Create"), (.profileUpdated, "Update"), (.imageSet, "Update"),
        (.imageReplaced, "Update"), (.imageRemoved, "Update"), (.profileErased, "Delete"),
    ])
    func `an event is a Profile Notification on request`(_ kind: ProfileEvent.Kind, _ trigger: String)
        throws
    {
        let profile = kind == .profileErased ? nil : Profile.test
        let message = try WebhookMessage(
            .test(kind, profile: profile),
            as: .profileNotification,
            urls: PictureURLs(
                base: "https://img.test",
                defaultImage: DefaultImage(.none, side: 0),
                pseudonyms: .unkeyed
            )
        )
        let call = message.call(to: try .test(), now: now)
        #expect(call.fields[.contentType] == "application/json")
        let body = try json(call)
        let properties = try #require(body["properties"] as? [String: String])
        #expect(
            properties == [
                "Identifier": "alice", "ProfileId": "alice", "EntityName": "Person", "EventTrigger": trigger,
                "LastModifiedBy": "k1",
            ]
        )
        let person = body["body"] as? [String: Any]
        #expect(person?["profileId"] as? String == (profile == nil ? nil : "alice"))
        #expect(person?["profileImage"] as? String == profile?.image?.id.rawValue)
    }

    @Test func `an erasure has the user's identifier and no other data of the user`() throws {
        for shape in Webhook.Shape.allCases {
            let call = try WebhookMessage(
                .test(.profileErased),
                as: shape,
                urls: PictureURLs(base: "", defaultImage: DefaultImage(.none, side: 0), pseudonyms: .unkeyed)
            ).call(
                to: .test(),
                now: now
            )
            guard case .post(let body) = call.method else { throw CancellationError() }
            let text = String(decoding: body, as: UTF8.self)
            #expect(text.contains("alice"))
            #expect(!text.contains("email") && !text.contains("imageUrl"))
        }
    }

    @Test func `a test message is marked as a test`() throws {
        let webhook = try Webhook.test()
        let event = try json(
            WebhookMessage(
                testAs: .cloudEvents,
                urls: PictureURLs(base: "", defaultImage: DefaultImage(.none, side: 0), pseudonyms: .unkeyed)
            ).call(to: webhook)
        )
        #expect(event["type"] as? String == "webhook.test")
        let notification = try json(
            WebhookMessage(
                testAs: .profileNotification,
                urls: PictureURLs(base: "", defaultImage: DefaultImage(.none, side: 0), pseudonyms: .unkeyed)
            ).call(to: webhook)
        )
        #expect((notification["properties"] as? [String: String])?["EventTrigger"] == "Test")
    }
}

extension Profile {
    fileprivate static let test: Profile = {
        let (id, user) = (MediaID.random(), UserID(rawValue: "alice"))
        guard let user else { preconditionFailure("alice is an identifier") }
        let image = ProfileImage(
            id: id,
            userID: user,
            master: .master(of: id, format: .jpeg),
            variant: .init(side: 512, format: .jpeg, byteCount: 7),
            createdAt: .now
        )
        return Profile(
            userID: user,
            attributes: ProfileAttributes(),
            image: image,
            revision: 2,
            createdAt: .now,
            updatedAt: .now
        )
    }()
}
