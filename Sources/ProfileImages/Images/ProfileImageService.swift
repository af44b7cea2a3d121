package import FoundationEssentials
package import Imaging

/// Reads, sets and removes profile images for all protocols.
package struct ProfileImageService: Sendable {
    /// The result of setting an image.
    package struct Replacement: Equatable, Sendable {
        package let image: ProfileImage
        /// Whether the user had no image before.
        package let isFirst: Bool
    }

    private let processor: ImageProcessor
    private let crashes: CrashLimit
    private var rules: MediaRules
    private let metadata: any MetadataStore
    private let objects: any ObjectStore
    private let removals: DeletionQueue
    private let observer: (any UploadObserver)?

    /// - Parameter crashes: the limit that all services that process pictures share.
    package init(
        processor: ImageProcessor,
        crashes: CrashLimit,
        rules: MediaRules,
        metadata: any MetadataStore,
        objects: any ObjectStore,
        removals: DeletionQueue,
        observer: (any UploadObserver)? = nil
    ) {
        self.processor = processor
        self.crashes = crashes
        self.rules = rules
        self.metadata = metadata
        self.objects = objects
        self.removals = removals
        self.observer = observer
    }

    /// A copy of this service that refuses unknown users, regardless of the setting.
    package var forKnownUsers: Self {
        var service = self
        service.rules.creation = .explicit
        return service
    }

    /// Returns the user's current image; nil if there is none.
    package func image(of user: UserID) throws -> ProfileImage? {
        try metadata.read { try $0.image(of: user) }
    }

    /// Returns the user's current image with the bytes of its default variant; nil if there is none.
    package func imageWithBytes(of user: UserID) throws -> (image: ProfileImage, bytes: [UInt8])? {
        // Reads twice: between the two reads the image may be replaced and its file deleted.
        for _ in 1...2 {
            guard let image = try image(of: user) else { return nil }
            if let bytes = try objects.get(image.key) { return (image, bytes) }
        }
        throw StoreError.unavailable("the file of an image is missing")
    }

    /// Returns how the web server sends the image's default variant.
    package func delivery(of image: ProfileImage) -> Delivery {
        objects.delivery(of: image.key, .answer)
    }

    /// Makes a picture the user's current image. If this throws, the user keeps the previous image.
    /// - Parameters:
    ///   - upload: the upload ticket, which is marked as used only if the image is set; nil without a ticket.
    ///   - confirm: runs inside the transaction, before the first write; throwing aborts it.
    /// - Throws: `ImageError`, `CrashLimit.Exceeded`, `PreconditionFailure`, `ProfileError.unknownUser`, `MediaError`,
    ///   `UploadError`, or an error of the stores.
    package func replaceImage(
        of user: UserID,
        with picture: NewImage,
        if precondition: Precondition,
        using upload: PresignedUpload? = nil,
        by actor: AuditActor,
        now: Date = .now,
        confirm: (any WriteTransaction) throws -> Void = { _ in }
    ) throws -> Replacement {
        do {
            let prepared = try time(.process) { try prepare(picture, of: user, by: actor, now: now) }
            try time(.store) { try objects.put(prepared.files, of: prepared.image.id) }
            let replaced = try time(.record) {
                try objects.keeping([prepared.image.id]) {
                    try metadata.write { transaction in
                        try confirm(transaction)
                        if let upload { try transaction.useUpload(upload.id, for: prepared.image.id, at: now) }
                        return try setImage(prepared, if: precondition, by: actor, in: transaction)
                    }
                }
            }
            observer?.uploadEnded(with: nil)
            removals.finishIfPossible(of: user)
            return Replacement(image: prepared.image, isFirst: replaced == nil)
        } catch {
            observer?.uploadEnded(with: error)
            throw error
        }
    }

    private func time<Value>(_ stage: UploadStage, _ body: () throws -> Value) rethrows -> Value {
        let start = ContinuousClock.now
        defer { observer?.uploadStage(stage, took: start.duration(to: .now)) }
        return try body()
    }

    /// Processes a picture into files to store, under a new random identifier.
    /// - Parameter actor: the credential that a decoder crash counts against; nil counts no crash, for the operator's
    ///   own pictures.
    /// - Throws: `ImageError`, `CrashLimit.Exceeded`.
    package func prepare(
        _ picture: NewImage,
        of user: UserID,
        by actor: AuditActor?,
        now: Date = .now
    ) throws -> PreparedImage {
        let id = MediaID.random()
        let files = ImageFiles(try processor.process(picture, by: actor, limitedBy: crashes), of: id)
        let image = ProfileImage(
            id: id,
            userID: user,
            master: files.master,
            variant: files.variant,
            source: picture.source,
            rating: picture.rating,
            digest: files.digest,
            createdAt: now
        )
        return PreparedImage(image: image, name: picture.name, files: files.all)
    }

    /// Sets a picture as the user's current image; its files are stored already.
    /// - Returns: the previous current image.
    /// - Throws: `PreconditionFailure`, `ProfileError.unknownUser`, `MediaError`, or an error of the store.
    func setImage(
        _ prepared: PreparedImage,
        if precondition: Precondition,
        by actor: AuditActor,
        in transaction: any WriteTransaction
    ) throws -> MediaID? {
        try transaction.setImage(prepared.image, name: prepared.name, if: precondition, rules: rules, by: actor)
    }

    /// Makes an existing image of the user the current one again.
    /// - Returns: nil if the user has no such image.
    /// - Throws: `PreconditionFailure`, or an error of the store.
    package func chooseImage(
        _ id: MediaID,
        of user: UserID,
        if precondition: Precondition,
        by actor: AuditActor,
        now: Date = .now
    ) throws -> Replacement? {
        try metadata.write { try $0.chooseImage(id, of: user, if: precondition, by: actor, at: now) }
            .map { Replacement(image: $0.image, isFirst: $0.replaced == nil) }
    }

    /// Removes the user's current image; its files are deleted when this returns. Does nothing if there is none.
    /// - Throws: `PreconditionFailure`, or an error of the stores.
    package func deleteImage(of user: UserID, if precondition: Precondition, by actor: AuditActor, now: Date = .now)
        throws
    {
        try metadata.write { try $0.removeImage(of: user, if: precondition, by: actor, at: now) }
        try removals.finish(of: user)
    }

    /// Checks a precondition before the upload is read, so that a refused upload costs no work.
    /// - Throws: `PreconditionFailure` if the user's current image does not meet the condition.
    package func checkPrecondition(_ precondition: Precondition, for user: UserID) throws {
        guard precondition != .none else { return }
        try precondition.check(against: image(of: user)?.id)
    }

    /// - Throws: `StoreError` if an upload could not be stored.
    package func checkReadiness() throws {
        try metadata.checkWritable()
        try objects.checkWritable()
    }

    /// - Throws: an error if a valid picture cannot be processed, or the metadata cannot be read.
    package func checkPipeline() throws {
        // With a separate memory budget, because this check must not wait while other pictures are processed.
        _ = try processor.withMemory(MemoryBudget()).process(Self.smallestGIF, crop: nil)
        _ = try metadata.read { try $0.tombstones(of: nil) }
    }

    /// One white pixel, GIF89a.
    private static let smallestGIF: [UInt8] =
        Array("GIF89a".utf8) + [
            1, 0, 1, 0, 0x80, 0, 0, 255, 255, 255, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
        ]
}

/// Receives the durations and results of uploads.
package protocol UploadObserver: Sendable {
    /// Called when a stage of an upload has ended, with or without an error.
    func uploadStage(_ stage: UploadStage, took time: Duration)

    /// Called when an upload was stored, or when it failed with `error`.
    func uploadEnded(with error: (any Error)?)
}

/// The stages of an upload, in order.
package enum UploadStage: String, CaseIterable, Sendable {
    /// The picture is decoded, and encoded in the formats to store.
    case process
    /// The files are written and flushed.
    case store
    /// The change is written to the metadata store.
    case record
}
