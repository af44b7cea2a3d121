import ArgumentParser
import Server
import Storage

/// The command line.
@main
struct Portraitd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "portraitd",
        abstract: "A self-hosted profile-image service: a FastCGI application behind nginx.",
        discussion: """
            serve answers requests; worker delivers webhooks, fetches imported pictures and expires old files. systemd runs both. All else may be used beside \
            them, as their user, sudo -u portraitd:

              portraitd check --connect                        is all well?
              portraitd key create --name shop --scope admin   lets an application in
              portraitd status                                 how much is there, what waits?

            Exits with 0 when it worked, 1 when it did not, 2 when the command line cannot be understood, and 78 when the \
            settings are wrong, or the database is of another version. portraitd(8) and portraitd.conf(5) tell all of it.
            """,
        version: Release.version,
        groupedSubcommands: [
            CommandGroup(name: "Service", subcommands: [Serve.self, Work.self]),
            CommandGroup(name: "State", subcommands: [Check.self, Status.self, Audit.self, Verify.self]),
            CommandGroup(
                name: "Access",
                subcommands: [Key.self, Token.self, User.self, WebhookCommand.self]
            ),
            CommandGroup(name: "Upkeep", subcommands: [CollectGarbage.self, Render.self, Migrate.self]),
            CommandGroup(
                name: "Transfer",
                subcommands: [BackUp.self, Restore.self, Import.self, Export.self]
            ),
        ]
    )

    /// Carries the command out, and ends the process as the manual says.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            exit(withError: explained(error))
        }
    }

    /// What ends the process, once it has been said why.
    private static func explained(_ error: any Error) -> any Error {
        switch exitCode(for: error) {
        // ArgumentParser ends with EX_USAGE, 64. Shells and most programs say 2.
        case .validationFailure: ExitCode.usage.saying(fullMessage(for: error))
        case .failure where error is SchemaError: ExitCode.configuration.because("\(error)")
        case .failure where !(error is ExitCode): ExitCode.failure.because("\(error)")
        default: error
        }
    }
}
