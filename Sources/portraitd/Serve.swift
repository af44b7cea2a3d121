import ArgumentParser
import Box
import FastCGI
import FoundationEssentials
import Imaging
import Logging
import ProfileImages
import Server
import Storage
import Threads
import Worker

/// `portraitd serve`: answers FastCGI requests until it is told to stop.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer FastCGI requests.",
        discussion: """
            Listens on the socket that it inherits (systemd's LISTEN_FDS, or a listening standard input), otherwise on \
            PORTRAITD_SOCKET. SIGTERM and SIGINT stop it when the requests in progress are answered. SIGHUP has it read its \
            keys, its secrets and PORTRAITD_LOG_LEVEL again.
            """
    )

    /// How long requests in progress may take once the process is told to stop.
    private static let stopBound = Duration.seconds(35)

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Do the worker's jobs in this process, too. This process then needs a network.")
    var withWorker = false

    func run() throws {
        // First of all: threads inherit the blocked signals, and find the allocator as it is to be.
        let signals = ProcessSignals()
        Allocator.returnLargeBlocks()
        let settings = try options.settings(readingSecrets: true)
        let logLevel = Reloadable(settings.logLevel)
        let logger = Logger(level: logLevel)
        let instance = try start { try Instance(settings, logger: logger) }
        instance.workshop.services.removals.finishIfPossible()
        warn(of: instance, settings, logger)
        let server = try start { try makeServer(settings, application: instance.application) }
        let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)

        let worker = try start { withWorker ? try Worker(settings, instance.workshop, logger: logger) : nil }

        try start {
            try instance.workshop.box.begin(logger: logger)
            try server.start()
            try worker?.start()
        }
        logger.notice(
            "serving",
            metadata: [
                "workers": "\(settings.workers)", "state": "\(settings.statePath)",
                "public.url": "\(settings.publicURL ?? "the request's own")",
            ]
        )
        manager.notify("READY=1")
        let watchdog = Watchdog(
            selfTest: SelfTest(server: server, service: instance.workshop.services.images),
            manager: manager,
            logger: logger
        )
        let reload = Reload(
            options: options,
            started: settings,
            instance: instance,
            logLevel: logLevel,
            manager: manager,
            logger: logger
        )
        watchdog.run(until: signals, reload: reload.run)
        let hasFailed = !server.isServing
        manager.notify("STOPPING=1")
        worker?.stop()
        instance.workshop.services.events.stop()
        server.stop()
        let isStopped = server.join(within: Self.stopBound)
        if worker?.join(within: Self.stopBound) ?? true, isStopped {
            // Whoever copies the database now needs no other file.
            try instance.workshop.stores.metadata.close()
            instance.workshop.box.stop()
            logger.notice("stopped")
        } else {
            logger.warning(
                "stopped with work undone",
                metadata: ["seconds": "\(Self.stopBound.components.seconds)"]
            )
        }
        guard !hasFailed else { throw ExitCode.failure.because("The listening socket failed.") }
    }

    /// Pictures are shown and deleted even where none can be stored, so that is no reason not to start.
    private func warn(of instance: Instance, _ settings: Settings, _ logger: Logger) {
        do {
            try instance.workshop.services.images.checkReadiness()
        } catch {
            logger.error("nothing can be stored", metadata: ["state": "\(settings.statePath)", "cause": "\(error)"])
        }
    }

    private func makeServer(_ settings: Settings, application: Application) throws -> FastCGIServer {
        try FastCGIServer(
            listener: Listener.inherited(environment: ProcessInfo.processInfo.environment)
                ?? Listener.bind(path: settings.socketPath),
            workers: settings.workers,
            handle: application.respond(to:)
        )
    }
}
