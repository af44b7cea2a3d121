import ArgumentParser

/// The command line.
@main
struct Portraitd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "portraitd",
        abstract: "A self-hosted profile-image service: a FastCGI application behind nginx.",
        subcommands: [Serve.self, Token.self, Key.self]
    )
}
