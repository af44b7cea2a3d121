import ArgumentParser
import Composition
import Configuration
import Server
import Storage

/// The command line.
@main
struct Portraitd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "portraitd",
        abstract: "A self-hosted profile-image service: a FastCGI application behind nginx.",
        discussion: """
            serve answers requests; worker delivers webhooks, fetches imported pictures and expires old files. \
            systemd runs both. The other commands may run at the same time, as the same user, with sudo -u portraitd:

              portraitd check --connect                        tests the settings and connections
              portraitd key create --name shop --scope admin   creates an API key for an application
              portraitd status                                 prints stored data and pending work

            Exits with 0 on success, 1 on failure, 2 if the command line is invalid, and 78 if the settings are \
            faulty or the database has another version. See portraitd(8) and portraitd.conf(5).
            """,
        version: Release.version,
        groupedSubcommands: [
            CommandGroup(name: "Service", subcommands: [Serve.self, Work.self]),
            CommandGroup(
                name: "State",
                subcommands: [Check.self, SettingsCommand.self, Status.self, Audit.self, Verify.self]
            ),
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

    /// Runs the command, and ends the process with the exit code from the manual.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            exit(withError: explained(error))
        }
    }

    /// Prints the reason, and returns the error that ends the process.
    private static func explained(_ error: any Error) -> any Error {
        switch exitCode(for: error) {
        // ArgumentParser exits with 64, EX_USAGE. Shells and most programs exit with 2.
        case .validationFailure: ExitCode.usage.saying(fullMessage(for: error))
        case .failure where error is SchemaError || error is SettingsFaults: ExitCode.configuration.because("\(error)")
        case .failure where !(error is ExitCode): ExitCode.failure.because("\(error)")
        default: error
        }
    }
}
