import ArgumentParser
import Composition
import FastCGI
import Logging
import Storage
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

    @OptionGroup var options: SettingsOptions

    func run() throws {
        let process = try ServiceProcess(options, readingSecrets: false)
        let workshop = try start { try Workshop(process.settings, for: .migrating, logger: process.logger) }
        let worker = try start { try Worker(process.settings, workshop, logger: process.logger) }
        try start {
            try workshop.box.begin(logger: process.logger)
            try worker.start()
        }
        process.logger.notice("working", metadata: ["state": "\(process.settings.statePath)"])
        process.manager.notify("READY=1")
        while case let order = process.signals.wait(), order != .stop {
            if order == .reload { process.reload(nil) }
        }
        process.manager.notify("STOPPING=1")
        worker.stop()
        try process.finish(workshop, isDone: worker.join(within: ServiceProcess.stopBound))
    }
}
