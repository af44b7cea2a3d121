import Composition
import Configuration
import FastCGI
import Logging
import ProfileImages
import Server
import Threads

/// Reads the settings again, and applies those that can change while requests are answered: keys, secrets and the log
/// level.
struct Reload {
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
