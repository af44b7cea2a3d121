package import FoundationEssentials
package import Imaging

/// Processes and stores pictures that do not belong to a user yet.
package struct StagingService: Sendable {
    private let processor: ImageProcessor
    private let crashes: CrashLimit
    private let quota: UserQuota
    private let metadata: any MetadataStore
    private let objects: any ObjectStore
    private let observer: (any UploadObserver)?

    /// - Parameters:
    ///   - crashes: the limit that all services that process pictures share.
    ///   - quota: the quota of an uploader.
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

    /// Checks an identifier before the upload is read, so that a refused upload costs no work.
    /// - Throws: `StagingError.duplicate` if the identifier is in use.
    package func checkName(_ id: MediaID) throws {
        guard try metadata.read({ try $0.referenced([id]) }).isEmpty else { throw StagingError.duplicate }
    }

    /// Stores a picture under the given identifier. It survives a power loss once this returns.
    /// - Parameter uploader: the user that uploads it, whose erasure deletes it; nil if an application uploads it.
    /// - Throws: `ImageError`, `CrashLimit.Exceeded`, `StagingError`, `MediaError`, or an error of the stores; nothing
    ///   is stored then, and the identifier stays free.
    package func stage(
        _ picture: NewImage,
        as id: MediaID,
        of uploader: UserID?,
        by actor: AuditActor,
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
        by actor: AuditActor,
        now: Date
    ) throws {
        let files = ImageFiles(try processor.process(picture, by: actor, limitedBy: crashes), of: id)
        // The reservation comes before the files: concurrent uploads must not overwrite or delete each other's files.
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
            // If the reservation cannot be deleted now, it expires later.
            try? metadata.write { try $0.deleteReservation(of: id) }
            throw error
        }
    }
}

/// The reason why a picture is not stored as a staged image. Nothing was changed.
package enum StagingError: Error, Equatable {
    /// The identifier is or was in use.
    case duplicate
    /// The uploader was erased.
    case unknownUploader
}
