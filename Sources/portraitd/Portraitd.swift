import ArgumentParser
import Server

/// The command line.
@main
struct Portraitd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "portraitd",
        abstract: "A self-hosted profile-image service: a FastCGI application behind nginx.",
        version: Release.version,
        subcommands: [
            Serve.self, Work.self, Check.self, Status.self, Token.self, Key.self, User.self, WebhookCommand.self,
            Audit.self,
            Render.self, Verify.self, CollectGarbage.self, BackUp.self, Restore.self, Import.self, Export.self,
            Migrate.self,
        ]
    )
}
