import ArgumentParser
import Box
import Composition
import Configuration
import FastCGI
import FoundationEssentials
import Imaging
import Logging
import ProfileImages
import Server
import Storage
import Threads

/// What `serve` and `worker` share as processes of the service manager: settings, log, signals, reload, a bounded stop.
struct ServiceProcess {
    /// The maximum time for requests and work in progress after a signal to stop.
    static let stopBound = Duration.seconds(35)

    let signals: ProcessSignals
    let settings: Settings
    let logger: Logger
    let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)
    private let options: SettingsOptions
    private let logLevel: Reloadable<Logger.Level>

    /// Must run before any thread starts: threads inherit the blocked signals, and the allocator is configured here.
    init(_ options: SettingsOptions, readingSecrets: Bool) throws {
        signals = ProcessSignals()
        Allocator.returnLargeBlocks()
        self.options = options
        settings = try options.settings(readingSecrets: readingSecrets)
        logLevel = Reloadable(settings.logLevel)
        logger = Logger(level: logLevel)
    }

    /// Reads the settings again, and applies keys, secrets and the log level, or nothing if a setting is faulty.
    /// - Parameter instance: gets the new keys and secrets; nil in a worker, which has none.
    func reload(_ instance: Instance?) {
        Reload(
            options: options,
            started: settings,
            instance: instance,
            logLevel: logLevel,
            manager: manager,
            logger: logger
        ).run()
    }

    /// Closes the stores and ends the decoders, if all work has ended within `stopBound`.
    func finish(_ workshop: Workshop, isDone: Bool) throws {
        guard isDone else {
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

/// Reads the settings again, and applies those that can change while requests are answered: keys, secrets and the log
/// level.
private struct Reload {
    let options: SettingsOptions
    /// The settings at the start of the process.
    let started: Settings
    /// Gets the new keys and secrets; nil in a worker, which has none.
    let instance: Instance?
    let logLevel: Reloadable<Logger.Level>
    let manager: ServiceManager
    let logger: Logger

    /// Applies all new values, or none if a setting is faulty.
    func run() {
        manager.notifyReloading()
        defer { manager.notify("READY=1") }
        do {
            let settings = try Settings(options.source(), readingSecrets: instance != nil)
            if let instance {
                let keys = try ConfiguredKeys(settings)
                instance.keys.value = keys.users
                instance.authgearKeys.value = keys.authgear
                instance.workshop.services.uploads.configuredSecrets.value = settings.service.uploads.secrets
            }
            logLevel.value = settings.logLevel
            report(settings.needingRestart(since: started))
        } catch let error as SettingsFaults {
            refuse(error.faults.joined(separator: " "))
        } catch {
            refuse("\(error)")
        }
    }

    private func refuse(_ faults: String) {
        logger.error("the settings are faulty; the previous settings stay in effect", metadata: ["faults": "\(faults)"])
    }

    private func report(_ waiting: [String]) {
        logger.notice("keys and log level are reloaded")
        guard !waiting.isEmpty else { return }
        logger.warning(
            "settings have changed that need a restart",
            metadata: ["settings": "\(waiting.joined(separator: " "))"]
        )
    }
}
