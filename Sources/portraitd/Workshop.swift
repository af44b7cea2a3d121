import Box
import Imaging
import Logging
import ProfileImages
import Server
import Storage

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
