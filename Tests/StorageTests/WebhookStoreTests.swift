import Foundation
import ProfileImages
import TestSupport
import Testing

@testable import Storage

@Suite struct WebhookStoreTests {
    private let folder: TemporaryFolder
    private let store: any MetadataStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TestStore.make(in: folder)
    }

    @Test func `webhooks are listed as they were added, oldest first`() throws {
        let webhooks = try [
            Webhook.test(at: 10),
            Webhook.test(
                "https://b.test/hook?key=1",
                kinds: [.imageSet, .profileErased],
                shape: .profileNotification,
                at: 20
            ),
        ]
        for webhook in webhooks.reversed() { try store.write({ try $0.addWebhook(webhook) }) }
        #expect(try store.read { try $0.webhooks() } == webhooks)
        #expect(webhooks[0].id != webhooks[1].id)
        #expect(webhooks[0].secret != webhooks[1].secret)
    }

    @Test func `the number of webhooks is limited`() throws {
        for _ in 0..<Webhook.maxCount { try store.write({ try $0.addWebhook(.test()) }) }
        #expect(throws: WebhookError.tooMany(limit: Webhook.maxCount)) {
            try store.write { try $0.addWebhook(.test()) }
        }
        #expect(try store.read { try $0.webhooks() }.count == Webhook.maxCount)
    }

    @Test func `a former secret signs until it expires, and the new one signs at once`() throws {
        let webhook = try Webhook.test()
        try store.write { try $0.addWebhook(webhook) }
        let (secret, end) = (WebhookSecret.random(), Date(timeIntervalSince1970: 5000))
        #expect(try store.write { try $0.setSecret(ofWebhook: webhook.id, to: secret, keepingFormerUntil: end) })
        #expect(try !store.write { try $0.setSecret(ofWebhook: "whk_0", to: secret, keepingFormerUntil: end) })
        let rotated = try #require(try store.read { try $0.webhooks() }.first)
        #expect(rotated.secrets(at: end.addingTimeInterval(-1)) == [secret, webhook.secret])
        #expect(rotated.secrets(at: end) == [secret])
    }

    @Test func `removing a webhook removes its deliveries`() throws {
        let webhook = try Webhook.test()
        try store.write { try $0.addWebhook(webhook) }
        try store.change("alice")
        #expect(try store.read { try $0.deliveryCounts() }[webhook.id]?.pending == 1)
        #expect(try store.write { try $0.deleteWebhook(id: webhook.id) })
        #expect(try !store.write { try $0.deleteWebhook(id: webhook.id) })
        #expect(try store.read { try $0.webhooks() }.isEmpty)
        #expect(try store.read { try $0.deliveryCounts() }.isEmpty)
        #expect(try store.read { try $0.events(after: 0, limit: 9) }.count == 1)
    }

    @Test func `a disabled webhook has no due deliveries, and its pending ones are dead`() throws {
        let webhook = try Webhook.test()
        try store.write { try $0.addWebhook(webhook) }
        try store.change("alice")
        #expect(try store.write { try $0.disableWebhook(id: webhook.id, because: "HTTP 410", at: .now) })
        try store.change("bob")
        #expect(try store.read { try $0.webhooks() }.first?.disabledBecause == "HTTP 410")
        #expect(try store.read { try $0.webhooksWithDueDeliveries(at: .distantFuture) }.isEmpty)
        #expect(try store.take(webhook) == nil)
        #expect(try #require(try store.read { try $0.deliveryCounts() }[webhook.id]) == (0, 1))
        #expect(try store.write { try $0.setDisabled(webhook: webhook.id, because: nil) })
        #expect(try store.read { try $0.webhooks() }.first?.disabledBecause == nil)
        #expect(try store.read { try $0.webhooksWithDueDeliveries(at: .distantFuture) }.isEmpty)
        #expect(try store.replay(.dead) == 1)
        #expect(try store.take(webhook)?.map(\.userID.rawValue) == ["alice"])
    }

    @Test func `a paused webhook has no due deliveries until the pause ends`() throws {
        let webhook = try Webhook.test()
        try store.write { try $0.addWebhook(webhook) }
        try store.change("alice")
        let end = Date.now.addingTimeInterval(100)
        try store.write { try $0.setPaused(webhook: webhook.id, until: end) }
        #expect(try store.read { try $0.webhooksWithDueDeliveries(at: end.addingTimeInterval(-1)) }.isEmpty)
        #expect(try store.take(webhook, now: end.addingTimeInterval(-1)) == nil)
        #expect(try store.read { try $0.webhooksWithDueDeliveries(at: end.addingTimeInterval(1)) } == [webhook.id])
        #expect(try store.take(webhook, now: end.addingTimeInterval(1))?.count == 1)
    }

    @Test(arguments: [
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true), ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa==", false), ("whsec_!", false), ("whsec_", false),
        ("whsec_" + Data(repeating: 7, count: 64).base64EncodedString(), true),
        ("whsec_" + Data(repeating: 7, count: 65).base64EncodedString(), false),
        ("whsec_" + Data(repeating: 7, count: 23).base64EncodedString(), false),
    ])
    func `a secret is 24 to 64 bytes in Base64`(_ text: String, _ isSecret: Bool) {
        #expect(WebhookSecret(rawValue: text)?.rawValue == (isSecret ? text : nil))
    }

    @Test func `a new secret can be parsed`() {
        let secret = WebhookSecret.random()
        #expect(WebhookSecret(rawValue: secret.rawValue) == secret)
    }
}
