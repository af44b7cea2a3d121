package import FoundationEssentials
package import Imaging

/// What can be done with profile images, whatever protocol asks for it.
package struct ProfileImageService: Sendable {
    /// The outcome of setting an image.
    package struct Replacement: Equatable, Sendable {
        package let image: ProfileImage
        /// True when the user had no image before.
        package let isFirst: Bool
    }

    private let processor: ImageProcessor
    private let crashes: CrashLimit
    private var rules: MediaRules
    private let metadata: any MetadataStore
    private let objects: any ObjectStore
    private let removals: DeletionQueue
    private let observer: (any UploadObserver)?

    /// - Parameters:
    ///   - crashes: is shared by all that take pictures in.
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

    /// The same service for users who are known already, whatever the setting says.
    package var forKnownUsers: Self {
        var service = self
        service.rules.creation = .explicit
        return service
    }

    /// The user's current image, or nil when there is none.
    package func image(of user: UserID) throws -> ProfileImage? {
        try metadata.read { try $0.image(of: user) }
    }

    /// The user's current image with the bytes of its default variant, or nil when there is none.
    package func imageWithBytes(of user: UserID) throws -> (image: ProfileImage, bytes: [UInt8])? {
        // A second look, because the image may be replaced, and its file removed, between the two reads.
        for _ in 1...2 {
            guard let image = try image(of: user) else { return nil }
            if let bytes = try objects.get(image.key) { return (image, bytes) }
        }
        throw StoreError.unavailable("the file of an image is missing")
    }

    /// How the web server gets the image's default variant.
    package func delivery(of image: ProfileImage) -> Delivery {
        objects.delivery(of: image.key, .answer)
    }

    /// Makes a picture the user's image. When this throws, the user has the image that was there before.
    /// - Parameters:
    ///   - upload: what allows it beforehand, which is used up then, and only then.
    ///   - confirm: runs inside the transaction, before the first change; throwing aborts it.
    /// - Throws: `ImageError`, `CrashLimit.Exceeded`, `PreconditionFailure`, `ProfileError.unknownUser`, `MediaError`,
    ///   `UploadError`, or what the stores throw.
    package func replaceImage(
        of user: UserID,
        with picture: NewImage,
        if precondition: Precondition,
        using upload: PresignedUpload? = nil,
        by actor: Actor,
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

    /// Makes of a picture what is to be stored, under a name that nobody knows yet.
    /// - Parameter actor: whom a picture that breaks a decoder is held against; nil for the operator's own.
    /// - Throws: `ImageError`, `CrashLimit.Exceeded`.
    package func prepare(
        _ picture: NewImage,
        of user: UserID,
        by actor: Actor?,
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

    /// Makes a picture whose files are stored its user's image.
    /// - Returns: the image that was current.
    /// - Throws: `PreconditionFailure`, `ProfileError.unknownUser`, `MediaError`, or what the store throws.
    func setImage(
        _ prepared: PreparedImage,
        if precondition: Precondition,
        by actor: Actor,
        in transaction: any WriteTransaction
    ) throws -> MediaID? {
        try transaction.setImage(prepared.image, name: prepared.name, if: precondition, rules: rules, by: actor)
    }

    /// Makes an image that the user has already their current one again.
    /// - Returns: nil when they have no such image.
    /// - Throws: `PreconditionFailure`, or what the store throws.
    package func chooseImage(
        _ id: MediaID,
        of user: UserID,
        if precondition: Precondition,
        by actor: Actor,
        now: Date = .now
    ) throws -> Replacement? {
        try metadata.write { try $0.chooseImage(id, of: user, if: precondition, by: actor, at: now) }
            .map { Replacement(image: $0.image, isFirst: $0.replaced == nil) }
    }

    /// Takes the user's image away. When this returns its files are gone; no image is no error.
    /// - Throws: `PreconditionFailure`, or what the stores throw.
    package func deleteImage(of user: UserID, if precondition: Precondition, by actor: Actor, now: Date = .now) throws {
        try metadata.write { try $0.removeImage(of: user, if: precondition, by: actor, at: now) }
        try removals.finish(of: user)
    }

    /// Throws `PreconditionFailure` when `precondition` does not hold for the user's current image now: whoever asks before
    /// reading an upload spares the work of one that would be refused.
    package func checkPrecondition(_ precondition: Precondition, for user: UserID) throws {
        guard precondition != .none else { return }
        try precondition.check(against: image(of: user)?.id)
    }

    /// Throws when an upload could not be stored.
    package func checkReadiness() throws {
        try metadata.checkWritable()
        try objects.checkWritable()
    }

    /// Throws when a sound picture is not processed, or the metadata cannot be read.
    package func checkPipeline() throws {
        // With memory of its own: a pipeline that is busy works, and this must not wait for it.
        _ = try processor.withMemory(MemoryBudget()).process(Self.smallestGIF, crop: nil)
        _ = try metadata.read { try $0.tombstones(of: nil) }
    }

    /// One white pixel, GIF89a.
    private static let smallestGIF: [UInt8] =
        Array("GIF89a".utf8) + [
            1, 0, 1, 0, 0x80, 0, 0, 255, 255, 255, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
        ]
}
