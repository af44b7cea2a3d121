package import Imaging
import Synchronization

/// Renders the variants of images from their masters when they are requested first.
package struct VariantService: Sendable {
    /// A variant to send.
    package enum Rendition: Equatable, Sendable {
        /// The variant is in the object store.
        case stored
        /// The object store has no space left; these are the variant's bytes.
        case unstored([UInt8])
    }

    private let processor: ImageProcessor
    private let metadata: any MetadataStore
    private let objects: any ObjectStore
    private let locks = ObjectLocks()

    package init(processor: ImageProcessor, metadata: any MetadataStore, objects: any ObjectStore) {
        self.processor = processor
        self.metadata = metadata
        self.objects = objects
    }

    /// The sides and formats in which every image can be requested, stored or not.
    package var output: ImageOutput { processor.output }

    /// Returns a variant of an image, and renders it on the first request. Concurrent requests for one variant render
    /// it once.
    /// - Returns: nil if the image does not exist.
    /// - Precondition: the caller allows only few sides and formats, because each variant is stored.
    package func variant(of id: MediaID, side: Int, format: ImageFormat) throws -> Rendition? {
        guard let masterKey = try masterKey(of: id) else { return nil }
        let key = ObjectKey.variant(of: id, side: side, format: format)
        return try locks.withLock(on: key) {
            if try objects.head(key) != nil { return .stored }
            guard let master = try master(masterKey, of: id) else { return nil }
            return try store(processor.render(master, side: side, format: format), of: id)
        }
    }

    /// Returns the bytes of a variant, and renders it on the first request; nil if the image does not exist.
    package func bytes(of id: MediaID, side: Int, format: ImageFormat) throws -> [UInt8]? {
        switch try variant(of: id, side: side, format: format) {
        case .stored: try objects.get(.variant(of: id, side: side, format: format))
        case .unstored(let bytes): bytes
        case nil: nil
        }
    }

    /// Returns the bytes of the smallest variant in the default format; nil if the image was removed meanwhile.
    package func thumbnail(of image: ProfileImage) throws -> [UInt8]? {
        try bytes(of: image.id, side: output.sides[0], format: output.defaultFormat)
    }

    /// Returns a picture of any side, in any format that can be written; nil if the image was removed meanwhile. It is
    /// stored only if the output has this side and format.
    package func picture(of image: ProfileImage, side: Int, format: ImageFormat) throws -> [UInt8]? {
        if output.sides.contains(side), output.formats.contains(format) {
            return try bytes(of: image.id, side: side, format: format)
        }
        return try picture(of: image, width: side, height: side, format: format, quality: nil)
    }

    /// Returns a variant of a user's image or of a staged image, in the format of its master; nil if it does not exist.
    /// - Precondition: the caller allows only few sides, because each variant is stored.
    package func square(of id: MediaID, side: Int) throws -> (bytes: [UInt8], format: ImageFormat)? {
        guard let format = try masterKey(of: id)?.imageFormat,
            let bytes = try bytes(of: id, side: side, format: format)
        else { return nil }
        return (bytes, format)
    }

    /// Renders a variant without storing it; nil if the image was removed meanwhile.
    func rendered(_ image: ProfileImage, side: Int, format: ImageFormat) throws -> [UInt8]? {
        try master(of: image).map { try processor.render($0, side: side, format: format).bytes }
    }

    /// Returns a picture of any size and quality, cut from the centre of the image; nil if the image was removed
    /// meanwhile. It is never stored.
    package func picture(
        of image: ProfileImage,
        width: Int,
        height: Int,
        format: ImageFormat,
        quality: Int?
    ) throws -> [UInt8]? {
        try master(image.master, of: image.id).map {
            try cut($0, width: width, height: height, format: format, quality: quality)
        }
    }

    /// Cuts a picture of any size and quality from the centre of the encoded picture `picture`.
    package func cut(
        _ picture: [UInt8],
        width: Int,
        height: Int,
        format: ImageFormat,
        quality: Int?
    ) throws(ImageError) -> [UInt8] {
        try processor.render(picture, width: width, height: height, format: format, quality: quality)
    }

    /// Returns the image with the identifier `id`; nil if it does not exist.
    package func image(_ id: MediaID) throws -> ProfileImage? {
        try metadata.read { try $0.image(id) }
    }

    /// Renders the default variant of `image` again with the current output settings, and deletes all other variants.
    /// Does nothing if the image was removed meanwhile.
    /// - Parameter eagerly: whether all other variants are rendered now, instead of on their next request.
    package func renew(_ image: ProfileImage, eagerly: Bool) throws {
        guard let master = try master(of: image) else { return }
        let key = ObjectKey.variant(of: image.id, side: output.largestSide, format: output.defaultFormat)
        if key != image.master {
            let variant = try processor.render(master, side: output.largestSide, format: output.defaultFormat)
            guard try put(variant.bytes, at: key, of: image.id) else { return }
            try metadata.write { transaction in
                try transaction.setVariant(
                    .init(side: variant.side, format: variant.format, byteCount: variant.bytes.count),
                    of: image.id
                )
            }
        }
        let others = try objects.list("\(ObjectKey.folder(of: image.id).rawValue)/").map(\.key)
        try objects.delete(others.filter { $0 != key && $0 != image.master })
        guard eagerly else { return }
        for side in output.sides {
            for format in output.formats {
                _ = try variant(of: image.id, side: side, format: format)
            }
        }
    }

    /// Returns how the web server sends a stored variant.
    package func delivery(of id: MediaID, side: Int, format: ImageFormat) -> Delivery {
        objects.delivery(of: .variant(of: id, side: side, format: format), .immutable)
    }

    private func masterKey(of id: MediaID) throws -> ObjectKey? {
        try metadata.read { try $0.master(of: id) }
    }

    /// - Returns: nil if the image was removed meanwhile.
    private func master(of image: ProfileImage) throws -> [UInt8]? {
        try master(image.master, of: image.id)
    }

    private func master(_ key: ObjectKey, of id: MediaID) throws -> [UInt8]? {
        if let bytes = try objects.get(key) { return bytes }
        guard try masterKey(of: id) == nil else {
            throw StoreError.unavailable("the file \(key.rawValue) is missing")
        }
        return nil
    }

    private func store(_ variant: ImageVariant, of id: MediaID) throws -> Rendition? {
        let key = ObjectKey.variant(of: id, side: variant.side, format: variant.format)
        do {
            return try put(variant.bytes, at: key, of: id) ? .stored : nil
        } catch StoreError.full {
            return .unstored(variant.bytes)
        }
    }

    /// Stores a variant, and deletes it again if the image was removed meanwhile. The removal deletes the files that
    /// were stored before it.
    /// - Returns: false if the image was removed.
    private func put(_ bytes: [UInt8], at key: ObjectKey, of id: MediaID) throws -> Bool {
        try objects.put(bytes, at: key)
        let isThere: Bool
        do {
            isThere = try masterKey(of: id) != nil
        } catch {
            // The image may have been removed: a public file without an image must not remain.
            try? objects.delete([key])
            throw error
        }
        if !isThere { try objects.delete([key]) }
        return isThere
    }
}

/// Lets one thread at a time work on an object. 64 locks serve all objects, so that two objects seldom share a lock.
final class ObjectLocks: Sendable {
    private final class Lock: Sendable {
        let mutex = Mutex(())
    }

    private let locks = (0..<64).map { _ in Lock() }

    func withLock<Value>(on key: ObjectKey, _ body: () throws -> Value) rethrows -> Value {
        let index = Int(UInt(bitPattern: key.hashValue) % UInt(locks.count))
        return try locks[index].mutex.withLock { _ in try body() }
    }
}
