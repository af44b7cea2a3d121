package import FoundationEssentials
package import Imaging
package import Logging

/// What can be done with profile images, whatever protocol asks for it.
package struct ProfileImageService: Sendable {
    /// The outcome of setting an image.
    package struct Replacement: Equatable, Sendable {
        package let image: ProfileImage
        /// True when the user had no image before.
        package let isFirst: Bool
    }

    private let processor: ImageProcessor
    private let metadata: any MetadataStore
    private let objects: any ObjectStore
    private let logger: Logger

    package init(
        processor: ImageProcessor,
        metadata: any MetadataStore,
        objects: any ObjectStore,
        logger: Logger
    ) {
        self.processor = processor
        self.metadata = metadata
        self.objects = objects
        self.logger = logger
    }

    /// The user's current image, or nil when there is none.
    package func image(of user: UserID) throws -> ProfileImage? {
        try metadata.image(of: user)
    }

    /// The user's current image with the bytes of its default variant, or nil when there is none.
    package func imageWithBytes(of user: UserID) throws -> (image: ProfileImage, bytes: [UInt8])? {
        // A second look, because the image may be replaced, and its file removed, between the two reads.
        for _ in 1...2 {
            guard let image = try metadata.image(of: user) else { return nil }
            if let bytes = try objects.get(image.key) { return (image, bytes) }
        }
        throw StoreError.unavailable("the file of an image is missing")
    }

    /// Makes the picture in `upload` the user's image. When this throws, the user has the image that was there before.
    /// - Parameter crop: the part to show, in upright pixels; nil for the centre square.
    /// - Throws: `ImageError`, `PreconditionFailure`, or what the stores throw.
    package func replaceImage(
        of user: UserID,
        with upload: [UInt8],
        crop: PixelRect?,
        if precondition: Precondition,
        now: Date = .now
    ) throws -> Replacement {
        let image = try store(processor.process(upload, crop: crop), for: user, now: now)
        let replaced = try makeCurrent(image, if: precondition)
        finishPendingRemovalsIfPossible(of: user)
        return Replacement(image: image, isFirst: replaced == nil)
    }

    /// Takes the user's image away. When this returns its files are gone; no image is no error.
    /// - Throws: `PreconditionFailure`, or what the stores throw.
    package func deleteImage(of user: UserID, if precondition: Precondition) throws {
        try metadata.removeImage(of: user, if: precondition)
        try finishPendingRemovals(of: user)
    }

    /// Throws `PreconditionFailure` when `precondition` does not hold for the user's current image now: whoever asks before
    /// reading an upload spares the work of one that would be refused.
    package func checkPrecondition(_ precondition: Precondition, for user: UserID) throws {
        guard precondition != .none else { return }
        try precondition.check(against: metadata.image(of: user)?.id)
    }

    /// Removes the files of images that were replaced or deleted and are still there: those of `user`, or of everyone.
    /// What cannot be removed is logged and stays a pending removal.
    package func finishPendingRemovalsIfPossible(of user: UserID? = nil) {
        do {
            try finishPendingRemovals(of: user)
        } catch {
            logger.error("replaced or deleted images are still public", metadata: ["cause": "\(error)"])
        }
    }

    /// - Throws: the first error, after all others were tried.
    private func finishPendingRemovals(of user: UserID?) throws {
        var firstError: (any Error)?
        for image in try metadata.pendingRemovals(of: user) {
            do {
                try removeFiles(of: image)
                try metadata.finishRemoval(of: image)
            } catch {
                firstError = firstError ?? error
            }
        }
        if let firstError { throw firstError }
    }

    /// Throws when an upload could not be stored.
    package func checkReadiness() throws {
        try metadata.checkWritable()
        try objects.checkWritable()
    }

    /// Throws when a sound picture is not processed, or the metadata cannot be read.
    package func checkPipeline() throws {
        // With memory of its own: a pipeline that is busy works, and this must not wait for it.
        _ = try ImageProcessor(limits: ImageLimits(), output: processor.output).process(Self.smallestGIF, crop: nil)
        _ = try metadata.pendingRemovals(of: nil)
    }

    /// One white pixel, GIF89a.
    private static let smallestGIF: [UInt8] =
        Array("GIF89a".utf8) + [
            1, 0, 1, 0, 0x80, 0, 0, 255, 255, 255, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
        ]

    /// Stores the files of an image under a new name that nobody knows yet.
    private func store(_ processed: ProcessedImage, for user: UserID, now: Date) throws -> ProfileImage {
        let id = ImageID.random()
        let variant = processed.variant
        let key = ObjectKey.variant(of: id, side: variant.side, format: variant.format)
        let master = processed.master.map { ObjectKey.master(of: id, format: $0.format) } ?? key
        do {
            if let bytes = processed.master?.bytes { try objects.put(bytes, at: master) }
            try objects.put(variant.bytes, at: key)
        } catch {
            discardFiles(of: id)
            throw error
        }
        return ProfileImage(
            id: id,
            userID: user,
            master: master,
            variant: .init(side: variant.side, format: variant.format, byteCount: variant.bytes.count),
            createdAt: now
        )
    }

    private func makeCurrent(_ image: ProfileImage, if precondition: Precondition) throws -> ImageID? {
        do {
            return try metadata.setImage(image, if: precondition)
        } catch {
            // Unless the store is in doubt no row names the new files.
            if case StoreError.unavailable = error {} else { discardFiles(of: image.id) }
            throw error
        }
    }

    /// Removes files that no row names. Those that cannot be removed now are unreferenced, and harm nobody.
    private func discardFiles(of image: ImageID) {
        try? removeFiles(of: image)
    }

    private func removeFiles(of image: ImageID) throws {
        try objects.removeFolder(.masterFolder(of: image))
        try objects.removeFolder(.folder(of: image))
    }
}
