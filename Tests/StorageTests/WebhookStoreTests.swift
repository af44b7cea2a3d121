import Foundation
import ProfileImages
import Testing

@testable import Storage

@Suite struct WebhookStoreTests {
    private let folder: TemporaryFolder
    private let store: SQLiteMetadataStore

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteMetadataStore(path: "\(folder.path)/test.sqlite")
    }

    @Test func `webhooks come back as they were added, oldest first`() throws {
        let webhooks = try [
            Webhook.test(at: 10),
            Webhook.test(
                "https://b.test/hook?key=1",
                kinds: [.imageSet, .profileErased],
                shape: .profileNotification,
                at: 20
            ),
        ]
        for webhook in webhooks.reversed() { try store.addWebhook(webhook) }
        #expect(try store.webhooks() == webhooks)
        #expect(webhooks[0].id != webhooks[1].id)
        #expect(webhooks[0].secret != webhooks[1].secret)
    }

    @Test func `there are not more than can be served`() throws {
        for _ in 0..<Webhook.maxCount { try store.addWebhook(.test()) }
        #expect(throws: WebhookError.tooMany(limit: Webhook.maxCount)) { try store.addWebhook(.test()) }
        #expect(try store.webhooks().count == Webhook.maxCount)
    }

    @Test func `a former secret signs until its end, and the new one at once`() throws {
        let webhook = try Webhook.test()
        try store.addWebhook(webhook)
        let (secret, end) = (WebhookSecret.random(), Date(timeIntervalSince1970: 5000))
        #expect(try store.rotateSecret(ofWebhook: webhook.id, to: secret, keepingFormerUntil: end))
        #expect(try !store.rotateSecret(ofWebhook: "whk_0", to: secret, keepingFormerUntil: end))
        let rotated = try #require(try store.webhooks().first)
        #expect(rotated.secrets(at: end.addingTimeInterval(-1)) == [secret, webhook.secret])
        #expect(rotated.secrets(at: end) == [secret])
    }

    @Test func `a webhook that was removed is gone with its deliveries`() throws {
        let webhook = try Webhook.test()
        try store.addWebhook(webhook)
        try store.change("alice")
        #expect(try store.deliveryCounts()[webhook.id]?.pending == 1)
        #expect(try store.removeWebhook(id: webhook.id))
        #expect(try !store.removeWebhook(id: webhook.id))
        #expect(try store.webhooks().isEmpty)
        #expect(try store.deliveryCounts().isEmpty)
        #expect(try store.events(after: 0, limit: 9).count == 1)
    }

    @Test func `nothing is due for a webhook that is disabled, and what waited is dead`() throws {
        let webhook = try Webhook.test()
        try store.addWebhook(webhook)
        try store.change("alice")
        #expect(try store.disableWebhook(id: webhook.id, because: "HTTP 410", at: .now))
        try store.change("bob")
        #expect(try store.webhooks().first?.disabledBecause == "HTTP 410")
        #expect(try store.webhooksWithDueDeliveries(at: .distantFuture).isEmpty)
        #expect(try store.take(webhook) == nil)
        #expect(try #require(try store.deliveryCounts()[webhook.id]) == (0, 1))
        #expect(try store.enableWebhook(id: webhook.id))
        #expect(try store.webhooks().first?.disabledBecause == nil)
        #expect(try store.webhooksWithDueDeliveries(at: .distantFuture).isEmpty)
        #expect(try store.replay(.dead) == 1)
        #expect(try store.take(webhook)?.map(\.userID.rawValue) == ["alice"])
    }

    @Test func `nothing is due for a webhook that is paused, until then`() throws {
        let webhook = try Webhook.test()
        try store.addWebhook(webhook)
        try store.change("alice")
        let end = Date.now.addingTimeInterval(100)
        try store.pauseWebhook(id: webhook.id, until: end)
        #expect(try store.webhooksWithDueDeliveries(at: end.addingTimeInterval(-1)).isEmpty)
        #expect(try store.take(webhook, now: end.addingTimeInterval(-1)) == nil)
        #expect(try store.webhooksWithDueDeliveries(at: end.addingTimeInterval(1)) == [webhook.id])
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

    @Test func `a new secret is one that can be read again`() {
        let secret = WebhookSecret.random()
        #expect(WebhookSecret(rawValue: secret.rawValue) == secret)
    }
}
