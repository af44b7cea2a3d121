import ArgumentParser
import Box
import Imaging
import Logging
import ProfileImages
import Server
import Storage
import SystemPackage
import Threads

/// The parts of a running service, put together as the settings say.
struct Instance {
    let workshop: Workshop
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
        workshop = try Workshop(settings, for: .migrating, logger: logger)
        let authenticator = Authenticator(
            tokens: TokenVerifier(keys: keys, policy: settings.tokenPolicy),
            metadata: workshop.stores.metadata,
            trustsRemoteUser: settings.trustsRemoteUser,
            trustedOrigins: settings.cors.allowedOrigins
        )
        application = Application(
            router: Router(
                services: workshop.services,
                authenticator: authenticator,
                authgearKeys: authgearKeys,
                settings: settings
            ),
            metrics: workshop.services.metrics,
            logger: logger
        )
    }
}

/// What makes pictures and changes what is stored: the stores, the decoders, and the services over them. It knows no keys and no
/// protocol.
struct Workshop {
    let stores: Stores
    let box: Box
    let services: Services

    init(_ settings: Settings, for purpose: SQLiteMetadataStore.Purpose, logger: Logger) throws {
        let memory = MemoryBudget.forDecoding(settings)
        box = try Box.configured(settings, sharedMemory: memory.largest, logger: logger)
        stores = try Stores(settings, for: purpose)
        services = try Services(
            settings,
            metadata: stores.metadata,
            objects: stores.objects,
            memory: memory,
            decoder: box,
            logger: logger
        )
    }
}

/// The two stores of an installation.
struct Stores {
    /// What pictures and documents leave free of the disk: on a full one users could not even be erased.
    private static let reserve = 32 << 20

    let metadata: SQLiteMetadataStore
    let objects: FileObjectStore

    /// - Throws: `SchemaError`, `Fault`, or `StoreError`.
    init(_ settings: Settings, for purpose: SQLiteMetadataStore.Purpose) throws {
        // First: where there is no database, nothing is made.
        metadata = try SQLiteMetadataStore(settings, for: purpose)
        objects = try FileObjectStore(root: FilePath(settings.statePath), reserve: Self.reserve)
    }
}
