import FastCGI
import Logging
import ProfileImages
import Server
import Threads

/// Reads the settings again, and takes over what can change while requests are answered: keys, secrets and the log level.
struct Reload {
    let options: SettingsOptions
    /// What the process was started with.
    let started: Settings
    /// Whose keys and secrets are taken over; nil for a worker, which has none.
    let instance: Instance?
    let logLevel: Reloadable<Logger.Level>
    let manager: ServiceManager
    let logger: Logger

    /// Takes over all of it, or, if anything is wrong, nothing.
    func run() {
        manager.notifyReloading()
        defer { manager.notify("READY=1") }
        do {
            let settings = try Settings(options.source(), readingSecrets: instance != nil)
            if let instance {
                let keys = try ConfiguredKeys(settings)
                instance.keys.value = keys.users
                instance.authgearKeys.value = keys.authgear
                instance.workshop.services.uploads.configuredSecrets.value = settings.uploads.secrets
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
        logger.error("the settings are faulty, so those of before stay", metadata: ["faults": "\(faults)"])
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
