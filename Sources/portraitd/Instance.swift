import FastCGI
import Imaging
import Logging
import ProfileImages
import Server
import Storage
import SystemPackage

/// The parts of a running service, put together as the settings say.
struct Instance {
    let service: ProfileImageService
    let application: Application

    init(_ settings: Settings, logger: Logger) throws {
        let state = FilePath(settings.statePath)
        let objects = try FileObjectStore(root: state.appending("public"))
        let metadata = try SQLiteMetadataStore(settings)
        service = ProfileImageService(
            processor: ImageProcessor(
                limits: settings.limits,
                output: settings.output,
                memory: MemoryBudget.forDecoding(settings)
            ),
            metadata: metadata,
            objects: objects,
            logger: logger
        )
        application = Application(
            routes: RouteTable(service: service, settings: settings),
            authenticator: Authenticator(
                tokens: TokenVerifier(keys: try VerificationKey.all(settings), policy: settings.tokenPolicy),
                metadata: metadata,
                trustsRemoteUser: settings.trustsRemoteUser
            ),
            cors: settings.cors,
            logger: logger
        )
    }
}
