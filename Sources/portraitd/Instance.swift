import FastCGI
import Imaging
import Logging
import ProfileImages
import Server
import Storage
import SystemPackage

/// The parts of a running service, put together as the settings say.
struct Instance {
    let services: Services
    let metadata: SQLiteMetadataStore
    let objects: FileObjectStore
    let application: Application

    init(_ settings: Settings, logger: Logger) throws {
        objects = try FileObjectStore(root: FilePath(settings.statePath))
        metadata = try SQLiteMetadataStore(settings)
        services = try Services(
            settings,
            metadata: metadata,
            objects: objects,
            memory: MemoryBudget.forDecoding(settings),
            logger: logger
        )
        let authenticator = Authenticator(
            tokens: TokenVerifier(keys: try VerificationKey.all(settings), policy: settings.tokenPolicy),
            metadata: metadata,
            trustsRemoteUser: settings.trustsRemoteUser
        )
        application = Application(
            dialects: Dialects(
                services: services,
                authenticator: authenticator,
                authgearKeys: try VerificationKey.authgear(settings),
                settings: settings
            ),
            metrics: services.metrics,
            logger: logger
        )
    }
}
