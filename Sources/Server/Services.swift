package import Imaging
package import Logging
package import ProfileImages

/// What the domain can do, put together over two stores as the settings say.
package struct Services: Sendable {
    package let images: ProfileImageService
    package let variants: VariantService
    package let profiles: ProfileService
    package let media: MediaService
    package let uploads: UploadService
    package let bulk: BulkService
    package let audit: any AuditStore
    package let imports: ImportService
    package let identities: IdentityService
    package let removals: PendingRemovals

    package init(
        _ settings: Settings,
        metadata: any MetadataStore,
        objects: any ObjectStore,
        memory: MemoryBudget,
        logger: Logger
    ) {
        let processor = ImageProcessor(limits: settings.limits, output: settings.output, memory: memory)
        let creation = settings.profiles.creation
        let removals = PendingRemovals(metadata: metadata, objects: objects, logger: logger)
        self.removals = removals
        audit = metadata
        images = ProfileImageService(
            processor: processor,
            keeping: settings.media.keepReplaced,
            creation: creation,
            metadata: metadata,
            objects: objects,
            removals: removals
        )
        variants = VariantService(processor: processor, metadata: metadata, objects: objects)
        profiles = ProfileService(creation: creation, metadata: metadata, removals: removals)
        imports = ImportService(creation: creation, metadata: metadata)
        identities = IdentityService(creation: creation, metadata: metadata)
        media = MediaService(
            maxDocuments: settings.media.maxDocuments,
            creation: creation,
            metadata: metadata,
            objects: objects,
            removals: removals
        )
        uploads = UploadService(
            secret: settings.uploads.secret,
            oldSecret: settings.uploads.oldSecret,
            creation: creation,
            metadata: metadata
        )
        bulk = BulkService(images: images, metadata: metadata, objects: objects, removals: removals)
    }
}
