import ArgumentParser

/// `portraitd webhook`: the receivers of events.
struct WebhookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "Set up who is told of events.",
        discussion: """
            A webhook is a URL that gets a signed POST request for each event (Standard Webhooks, standardwebhooks.com). \
            The worker sends them: in order for each user, until the receiver answers 2xx. What fails is tried again up to \
            twelve times within two days, and then given up until it is replayed. A receiver that answers 410 is disabled.
            """,
        subcommands: [
            WebhookAdd.self, WebhookList.self, WebhookTest.self, WebhookRotate.self, WebhookReplay.self,
            WebhookDisable.self, WebhookEnable.self, WebhookRemove.self,
        ]
    )
}
