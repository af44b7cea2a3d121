import ArgumentParser
import FastCGI
import FoundationEssentials
import Imaging
import Logging
import Server
import Storage
import Worker

/// `portraitd worker`: does what nobody waits for, until it is told to stop.
struct Work: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Do what leaves the machine, or what nobody waits for.",
        discussion: """
            Delivers events to webhooks, fetches the pictures of imports, and removes what was kept long enough. Several \
            workers share the work; one that is killed loses none of it. SIGTERM and SIGINT stop it when the work in progress is done or put back.
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
        let logger = Logger(label: "portraitd") { _ in LogfmtHandler(logLevel: settings.logLevel) }
        let instance = try start { try Instance(settings, logger: logger) }
        let worker = try start { try Worker(settings, instance, logger: logger) }
        let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)

        try start { try worker.start() }
        logger.notice("working", metadata: ["state": "\(settings.statePath)"])
        manager.notify("READY=1")
        while signals.wait() == nil {}
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
        try instance.metadata.close()
        logger.notice("stopped")
    }
}
