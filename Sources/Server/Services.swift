import Avatars
package import Imaging
package import Logging
package import ProfileImages

/// The services of the domain over the two stores, created from the settings.
package struct Services: Sendable {
    package let images: ProfileImageService
    package let variants: VariantService
    package let staging: StagingService
    package let profiles: ProfileService
    package let media: MediaService
    package let defaults: DefaultImageService
    package let avatars: AvatarService
    package let events: EventFeed
    package let uploads: UploadService
    package let bulk: BulkService
    package let pictureURLs: PictureURLs
    package let metadata: any MetadataStore
    /// The rules for users' media: creation of profiles, retention and quota.
    let rules: MediaRules
    package let imports: ImportService
    package let identities: IdentityService
    package let removals: DeletionQueue
    package let metrics = Metrics()
    let storeMetrics: StoreMetrics
    /// The memory for decoding.
    let memory: MemoryBudget
    let decoder: any PictureDecoder
    /// The memory for drawing pictures for requests without a credential.
    let drawing: MemoryBudget

    package init(
        _ settings: ServiceSettings,
        metadata: any MetadataStore,
        objects: any ObjectStore,
        memory: MemoryBudget,
        decoder: any PictureDecoder,
        logger: Logger
    ) throws {
        let processor = ImageProcessor(
            limits: settings.limits,
            output: settings.output,
            memory: memory,
            decoder: decoder
        )
        let crashes = CrashLimit()
        let creation = settings.profiles.creation
        let removals = DeletionQueue(metadata: metadata, objects: objects, logger: logger)
        self.removals = removals
        self.memory = memory
        self.decoder = decoder
        drawing = MemoryBudget.forDrawing(settings)
        storeMetrics = StoreMetrics(metadata: metadata, objects: objects)
        self.metadata = metadata
        rules = MediaRules(
            creation: creation,
            keeping: settings.media.keepReplaced,
            quota: settings.media.quota
        )
        images = ProfileImageService(
            processor: processor,
            crashes: crashes,
            rules: rules,
            metadata: metadata,
            objects: objects,
            removals: removals,
            observer: metrics
        )
        events = try EventFeed(store: metadata, workers: settings.workers)
        variants = VariantService(processor: processor, metadata: metadata, objects: objects)
        staging = StagingService(
            processor: processor,
            crashes: crashes,
            quota: rules.quota,
            metadata: metadata,
            objects: objects,
            observer: metrics
        )
        pictureURLs = try PictureURLs(settings, metadata: metadata)
        let pseudonyms = pictureURLs.pseudonyms
        defaults = DefaultImageService(
            image: settings.avatars.defaultImage,
            pseudonyms: pseudonyms,
            painter: AvatarPainter(fonts: FontChain(settings.avatars.fonts), memory: memory),
            output: settings.output
        )
        avatars = AvatarService(
            findsEmails: settings.avatars.findsEmails,
            findsUsers: settings.avatars.findsUsers,
            pseudonyms: pseudonyms,
            metadata: metadata
        )
        profiles = ProfileService(
            creation: creation,
            metadata: metadata,
            removals: removals,
            firstImages: settings.avatars.setsOnCreate
                ? FirstImages(defaults: defaults, images: images, objects: objects) : nil
        )
        imports = ImportService(creation: creation, metadata: metadata)
        identities = IdentityService(profiles: profiles, metadata: metadata)
        media = MediaService(
            maxDocuments: settings.media.maxDocuments,
            rules: rules,
            profiles: profiles,
            metadata: metadata,
            objects: objects,
            removals: removals
        )
        uploads = UploadService(
            secrets: settings.uploads.secrets,
            creation: creation,
            metadata: metadata
        )
        bulk = BulkService(images: images, metadata: metadata, objects: objects, removals: removals)
    }
}

/// The division of the memory. Uploads and decoding have separate budgets, because a body is in memory before its
/// decoding memory is known: with one budget both could wait for each other.
extension MemoryBudget {
    /// The default keeps the process below 256 MiB: the program and its libraries take 40 MiB.
    package static let defaultBytes = 210 << 20

    private static let shares = 6

    /// The minimum budget as a multiple of `maxBytes`. It lets one upload of this size fit: its Base64 text is a third
    /// longer, and an eighth of a budget is reserved for small requests.
    static let minUploads = shares + 4

    /// One sixth for request bodies. Uploads may use at most ⅞ of the workers; more are refused at once with 503.
    package static func forUploads(_ settings: ServiceSettings) -> MemoryBudget {
        MemoryBudget(
            bytes: settings.memoryBudget / shares,
            maxLarge: max(1, settings.workers / 2),
            maxRequests: max(1, settings.workers - max(1, settings.workers / 8)),
            patience: settings.maxWait
        )
    }

    /// For drawing and rendering without a credential: at most half of the decoding budget, which these requests
    /// reserve too, and an eighth of the workers. The rest stays available to users.
    package static func forDrawing(_ settings: ServiceSettings) -> MemoryBudget {
        MemoryBudget(
            bytes: forDecoding(settings).bytes / 2,
            maxLarge: 2,
            maxRequests: max(2, settings.workers / 8),
            patience: settings.maxWait
        )
    }

    /// The rest for decoding, with at most 32 pictures at once: with more, pictures that take seconds each would take
    /// longer than clients wait.
    package static func forDecoding(_ settings: ServiceSettings) -> MemoryBudget {
        let bytes = settings.memoryBudget / shares * (shares - 1)
        return MemoryBudget(
            bytes: bytes,
            least: bytes / 32,
            maxLarge: max(1, settings.workers / 4),
            patience: settings.maxWait
        )
    }
}
