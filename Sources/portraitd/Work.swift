import ArgumentParser
import Box
import Composition
import FastCGI
import FoundationEssentials
import Imaging
import Logging
import Storage
import Threads
import Worker

/// `portraitd worker`: delivers webhooks, fetches imported pictures and expires old files, until a signal stops it.
struct Work: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Deliver webhooks, fetch imported pictures, expire old files.",
        discussion: """
            Delivers events to webhooks, fetches the pictures of imports, and removes expired data. Several workers \
            share the work; if one is killed, no work is lost. SIGTERM and SIGINT stop it after the work in progress \
            is finished or released. On SIGHUP it reads PORTRAITD_LOG_LEVEL again.
            """
    )

    /// The maximum time for work in progress after a signal to stop.
    private static let stopBound = Duration.seconds(35)

    @OptionGroup var options: SettingsOptions

    func run() throws {
        // These two come first: threads inherit the blocked signals, and the allocator must be configured before
        // threads start.
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
        // After this the database is one file, which can be copied.
        try workshop.stores.metadata.close()
        workshop.box.stop()
        logger.notice("stopped")
    }
}
