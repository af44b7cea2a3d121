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
    let variants: VariantService
    let metadata: any MetadataStore
    let application: Application

    init(_ settings: Settings, logger: Logger) throws {
        let objects = try FileObjectStore(root: FilePath(settings.statePath))
        let metadata = try SQLiteMetadataStore(settings)
        let processor = ImageProcessor(
            limits: settings.limits,
            output: settings.output,
            memory: MemoryBudget.forDecoding(settings)
        )
        self.metadata = metadata
        service = ProfileImageService(processor: processor, metadata: metadata, objects: objects, logger: logger)
        variants = VariantService(processor: processor, metadata: metadata, objects: objects)
        application = Application(
            routes: RouteTable(service: service, variants: variants, settings: settings),
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
