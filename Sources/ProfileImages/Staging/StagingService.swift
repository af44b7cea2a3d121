package import FoundationEssentials
package import Imaging

/// Takes pictures in before anybody says whose they are to be.
package struct StagingService: Sendable {
    private let processor: ImageProcessor
    private let crashes: CrashLimit
    private let quota: UserQuota
    private let metadata: any MetadataStore
    private let objects: any ObjectStore
    private let observer: (any UploadObserver)?

    /// - Parameters:
    ///   - crashes: is shared by all that take pictures in.
    ///   - quota: how much an uploader may keep.
    package init(
        processor: ImageProcessor,
        crashes: CrashLimit,
        quota: UserQuota,
        metadata: any MetadataStore,
        objects: any ObjectStore,
        observer: (any UploadObserver)? = nil
    ) {
        self.processor = processor
        self.crashes = crashes
        self.quota = quota
        self.metadata = metadata
        self.objects = objects
        self.observer = observer
    }

    /// - Throws: `StagingError.duplicate` when an image called `id` is known: whoever asks before reading an upload spares the
    ///   work of one that would be refused.
    package func checkName(_ id: MediaID) throws {
        guard try metadata.read({ try $0.referenced([id]) }).isEmpty else { throw StagingError.duplicate }
    }

    /// Stores a picture under a name that was chosen before. It survives a power loss once this returns.
    /// - Parameter uploader: the user who sends it, with whom it is erased; nil when it is nobody's.
    /// - Throws: `ImageError`, `CrashLimit.Exceeded`, `StagingError`, or what the stores throw; nothing is stored then, and the name is still free.
    package func stage(
        _ picture: NewImage,
        as id: MediaID,
        of uploader: UserID?,
        by actor: Actor,
        now: Date = .now
    ) throws {
        do {
            try process(picture, as: id, of: uploader, by: actor, now: now)
        } catch {
            observer?.uploadEnded(with: error)
            throw error
        }
        observer?.uploadEnded(with: nil)
    }

    private func process(
        _ picture: NewImage,
        as id: MediaID,
        of uploader: UserID?,
        by actor: Actor,
        now: Date
    ) throws {
        let files = ImageFiles(try processor.process(picture, by: actor, limitedBy: crashes), of: id)
        // Before the files: two that come at the same time must not write over, or remove, each other's.
        try metadata.write { try $0.reserveImage(id, by: uploader, at: now) }
        let image = StagedImage(
            id: id,
            uploader: uploader,
            name: picture.name,
            master: files.master,
            variant: files.variant,
            rating: picture.rating,
            digest: files.digest
        )
        do {
            try objects.put(files.all, of: id)
            try objects.keeping([id]) {
                try metadata.write { try $0.stageImage(image, quota: quota, by: actor, at: now) }
            }
        } catch {
            // A name that cannot be given back now is given back by retention.
            try? metadata.write { try $0.deleteReservation(of: id) }
            throw error
        }
    }
}
