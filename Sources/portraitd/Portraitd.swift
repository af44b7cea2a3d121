import ArgumentParser

/// The command line.
@main
struct Portraitd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "portraitd",
        abstract: "A self-hosted profile-image service: a FastCGI application behind nginx.",
        version: "0.1.0",
        subcommands: [Serve.self, Render.self, Token.self, Key.self, WebhookCommand.self]
    )
}
