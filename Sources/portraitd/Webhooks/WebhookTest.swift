import ArgumentParser
import Curl
import HTTPTypes
import ProfileImages
import Server
import Storage
import Worker

struct WebhookTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Send a signed test event to a webhook now, and print the answer.",
        discussion:
            "The event has the type webhook.test (EventTrigger Test in a profile-notification) and tells of nobody."
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The webhook's identifier, as the list shows it.")
    var id: String

    func run() throws {
        let settings = try options.settings()
        let store = try SQLiteMetadataStore(settings, for: .writing)
        guard let webhook = try store.read({ try $0.webhooks() }).first(where: { $0.id == id }) else {
            throw ExitCode.noWebhook(id)
        }
        let message = try WebhookMessage(testAs: webhook.shape, urls: PictureURLs(settings, metadata: store))
        do {
            var client = try HTTPClient(policy: .webhook(settings))
            let answer = try client.send(message.call(to: webhook))
            print("HTTP \(answer.status.code)")
            if !answer.body.isEmpty { print(String(decoding: answer.body, as: UTF8.self)) }
            guard answer.status.kind == .successful else { throw ExitCode.failure }
        } catch let error as HTTPClientError {
            throw ExitCode.failure.because(error.description)
        }
    }
}
