import Avatars
package import Imaging
package import Logging
package import ProfileImages

/// What the domain can do, put together over two stores as the settings say.
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
    /// What users may keep.
    let rules: MediaRules
    package let imports: ImportService
    package let identities: IdentityService
    package let removals: DeletionQueue
    package let metrics = Metrics()
    let storeMetrics: StoreMetrics
    /// For pictures that are decoded.
    let memory: MemoryBudget
    let decoder: any PictureDecoder
    /// For what requests without a credential have drawn.
    let drawing: MemoryBudget

    package init(
        _ settings: Settings,
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
