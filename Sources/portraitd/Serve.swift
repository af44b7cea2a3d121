import ArgumentParser
import FastCGI
import FoundationEssentials
import Imaging
import Logging
import ProfileImages
import Server

/// `portraitd serve`: answers FastCGI requests until it is told to stop.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer FastCGI requests.",
        discussion: """
            Listens on the socket that it inherits (systemd's LISTEN_FDS, or a listening standard input), otherwise on \
            PORTRAITD_SOCKET. SIGTERM and SIGINT stop it when the requests in progress are answered.
            """
    )

    /// How long requests in progress may take once the process is told to stop.
    private static let stopBound = Duration.seconds(35)

    @OptionGroup var options: SettingsOptions

    func run() throws {
        // First of all: threads inherit the blocked signals, and find the allocator as it is to be.
        let signals = ProcessSignals()
        Allocator.returnLargeBlocks()
        let settings = try options.settings()
        let logger = Logger(label: "portraitd") { _ in LogfmtHandler(logLevel: settings.logLevel) }
        let instance = try start { try Instance(settings, logger: logger) }
        instance.services.removals.finishIfPossible()
        let server = try start { try makeServer(settings, application: instance.application) }
        let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)

        try start { try server.start() }
        logger.notice("serving", metadata: ["workers": "\(settings.workers)", "state": "\(settings.statePath)"])
        manager.notify("READY=1")
        let watchdog = Watchdog(
            selfTest: SelfTest(server: server, service: instance.services.images),
            manager: manager,
            logger: logger
        )
        watchdog.run(until: signals)
        guard server.isServing else { throw ExitCode.failure.because("The listening socket failed.") }
        manager.notify("STOPPING=1")
        instance.services.events.stop()
        server.stop()
        guard server.join(within: Self.stopBound) else {
            logger.warning(
                "stopped with requests unanswered",
                metadata: ["seconds": "\(Self.stopBound.components.seconds)"]
            )
            return
        }
        logger.notice("stopped")
    }

    private func makeServer(_ settings: Settings, application: Application) throws -> FastCGIServer {
        try FastCGIServer(
            listener: Listener.inherited(environment: ProcessInfo.processInfo.environment)
                ?? Listener.bind(path: settings.socketPath),
            workers: settings.workers,
            handle: application.respond(to:)
        )
    }

    /// Turns what goes wrong at start-up into a message for the person who starts the service.
    private func start<Value>(_ step: () throws -> Value) throws -> Value {
        do {
            return try step()
        } catch let error as ExitCode {
            throw error
        } catch {
            throw ExitCode.failure.because("\(error)")
        }
    }
}
