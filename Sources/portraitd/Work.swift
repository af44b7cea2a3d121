import ArgumentParser
import Box
import FastCGI
import FoundationEssentials
import Imaging
import Logging
import Server
import Storage
import Threads
import Worker

/// `portraitd worker`: delivers webhooks, fetches imported pictures and expires old files, until it is told to stop.
struct Work: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Deliver webhooks, fetch imported pictures, expire old files.",
        discussion: """
            Delivers events to webhooks, fetches the pictures of imports, and removes what was kept long enough. Several \
            workers share the work; one that is killed loses none of it. SIGTERM and SIGINT stop it when the work in progress \
            is done or put back. SIGHUP has it read PORTRAITD_LOG_LEVEL again.
            """
    )

    /// How long work in progress may take once the process is told to stop.
    private static let stopBound = Duration.seconds(35)

    @OptionGroup var options: SettingsOptions

    func run() throws {
        // First of all: threads inherit the blocked signals, and find the allocator as it is to be.
        let signals = ProcessSignals()
        Allocator.returnLargeBlocks()
        let settings = try options.settings()
        let logLevel = Reloadable(settings.logLevel)
        let logger = Logger(level: logLevel)
        let workshop = try start { try Workshop(settings, for: .migrating, logger: logger) }
        let worker = try start { try Worker(settings, workshop, logger: logger) }
        let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)
        let reload = Reload(
            options: options,
            started: settings,
            instance: nil,
            logLevel: logLevel,
            manager: manager,
            logger: logger
        )

        try start {
            try workshop.box.begin(logger: logger)
            try worker.start()
        }
        logger.notice("working", metadata: ["state": "\(settings.statePath)"])
        manager.notify("READY=1")
        var order: ProcessSignals.Order?
        repeat {
            order = signals.wait()
            if order == .reload { reload.run() }
        } while order != .stop
        manager.notify("STOPPING=1")
        worker.stop()
        guard worker.join(within: Self.stopBound) else {
            logger.warning(
                "stopped with work undone",
                metadata: ["seconds": "\(Self.stopBound.components.seconds)"]
            )
            return
        }
        // Whoever copies the database now needs no other file.
        try workshop.stores.metadata.close()
        workshop.box.stop()
        logger.notice("stopped")
    }
}
