import ArgumentParser
import Box
import FastCGI
import Imaging
import Logging
import ProfileImages
import Server
import Storage
import SystemPackage
import Threads

/// The parts of a running service, put together as the settings say.
struct Instance {
    /// What pictures and documents leave free of the disk: on a full one users could not even be erased.
    private static let reserve = 32 << 20

    let box: Box
    let services: Services
    let metadata: SQLiteMetadataStore
    let objects: FileObjectStore
    /// What users' tokens are verified with.
    let keys: Reloadable<TokenKeys>
    /// What those of Authgear's administrators are.
    let authgearKeys: Reloadable<TokenKeys>
    let application: Application

    init(_ settings: Settings, logger: Logger) throws {
        do {
            let configured = try ConfiguredKeys(settings)
            (keys, authgearKeys) = (Reloadable(configured.users), Reloadable(configured.authgear))
        } catch let error as SettingsFaults {
            throw ExitCode.configuration.because(error.description)
        }
        let memory = MemoryBudget.forDecoding(settings)
        box = try Box.configured(settings, sharedMemory: memory.largest, logger: logger)
        objects = try FileObjectStore(root: FilePath(settings.statePath), reserve: Self.reserve)
        metadata = try SQLiteMetadataStore(settings)
        services = try Services(
            settings,
            metadata: metadata,
            objects: objects,
            memory: memory,
            decoder: box,
            logger: logger
        )
        let authenticator = Authenticator(
            tokens: TokenVerifier(keys: keys, policy: settings.tokenPolicy),
            metadata: metadata,
            trustsRemoteUser: settings.trustsRemoteUser,
            trustedOrigins: settings.cors.allowedOrigins
        )
        application = Application(
            dialects: Dialects(
                services: services,
                authenticator: authenticator,
                authgearKeys: authgearKeys,
                settings: settings
            ),
            metrics: services.metrics,
            logger: logger
        )
    }
}
