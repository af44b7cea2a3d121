import ArgumentParser
import Box
import Composition
import FastCGI
import FoundationEssentials
import Imaging
import Logging
import ProfileImages
import Server
import Storage
import Threads
import Worker

/// `portraitd serve`: answers FastCGI requests until a signal stops it.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer FastCGI requests.",
        discussion: """
            Listens on the socket that it inherits (systemd's LISTEN_FDS, or a listening standard input), otherwise \
            on PORTRAITD_SOCKET. SIGTERM and SIGINT stop it after the requests in progress are answered. On SIGHUP it \
            reads its keys, its secrets and PORTRAITD_LOG_LEVEL again.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Also run the worker's jobs in this process, which then needs a network.")
    var withWorker = false

    func run() throws {
        let process = try ServiceProcess(options, readingSecrets: true)
        let (settings, logger) = (process.settings, process.logger)
        let instance = try start { try Instance(settings, logger: logger) }
        let workshop = instance.workshop
        workshop.services.removals.finishIfPossible()
        warn(of: instance, settings, logger)
        let server = try start { try makeServer(settings, application: instance.application) }
        let worker = try start { withWorker ? try Worker(settings, workshop, logger: logger) : nil }
        try start {
            try workshop.box.begin(logger: logger)
            try server.start()
            try worker?.start()
        }
        logger.notice(
            "serving",
            metadata: [
                "workers": "\(settings.service.workers)", "state": "\(settings.statePath)",
                "public.url": "\(settings.service.publicURL ?? "the request's own")",
            ]
        )
        process.manager.notify("READY=1")
        let watchdog = Watchdog(
            selfTest: SelfTest(server: server, service: workshop.services.images),
            manager: process.manager,
            logger: logger
        )
        watchdog.run(until: process.signals) { process.reload(instance) }
        let hasFailed = !server.isServing
        process.manager.notify("STOPPING=1")
        worker?.stop()
        workshop.services.events.stop()
        server.stop()
        let isStopped = server.join(within: ServiceProcess.stopBound)
        let isWorkDone = worker?.join(within: ServiceProcess.stopBound) ?? true
        try process.finish(workshop, isDone: isStopped && isWorkDone)
        guard !hasFailed else { throw ExitCode.failure.because("The listening socket failed.") }
    }

    /// Warns if nothing can be stored. The service starts anyway, because it can still show and delete pictures.
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
            workers: settings.service.workers,
            handle: application.respond(to:)
        )
    }
}

/// Reports to the service manager while the process works: systemd.service(5), `WatchdogSec=`.
struct Watchdog {
    let selfTest: SelfTest
    let manager: ServiceManager
    let logger: Logger

    /// The interval of the self-test without a service manager.
    private static let interval = Duration.seconds(15)

    /// Runs until a signal asks the process to stop, or until the server fails. Calls `reload` when a signal asks for
    /// it.
    func run(until signals: ProcessSignals, reload: () -> Void) {
        // sd_watchdog_enabled(3): half the interval leaves time for one late test.
        let interval = manager.watchdogInterval.map { $0 / 2 } ?? Self.interval
        while true {
            switch signals.wait(for: interval) {
            case .stop: return
            // The self-test follows, so that frequent reloads do not delay the report to the service manager.
            case .reload: reload()
            case nil: break
            }
            do {
                try selfTest.run()
                manager.notify("WATCHDOG=1")
            } catch SelfTest.Failure.notServing {
                return
            } catch {
                logger.critical("self-test failed", metadata: ["cause": "\(error)"])
            }
        }
    }
}
