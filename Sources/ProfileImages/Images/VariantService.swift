package import Imaging

/// The variants of images, rendered from their masters when somebody asks for them.
package struct VariantService: Sendable {
    /// A variant that can be sent.
    package enum Rendition: Equatable, Sendable {
        /// It is stored.
        case stored
        /// There is no space left to store it; these are its bytes.
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

    /// The variants that there are of every image, stored or not.
    package var output: ImageOutput { processor.output }

    /// The variant of the image called `id`, rendered now if it never was: once, however many threads ask at the same time.
    /// - Returns: nil when there is no such image.
    /// - Precondition: the side and the format are of few that can be asked for. Each of them is stored.
    package func variant(of id: MediaID, side: Int, format: ImageFormat) throws -> Rendition? {
        guard let masterKey = try masterKey(of: id) else { return nil }
        let key = ObjectKey.variant(of: id, side: side, format: format)
        return try locks.withLock(on: key) {
            if try objects.head(key) != nil { return .stored }
            guard let master = try master(masterKey, of: id) else { return nil }
            return try store(processor.render(master, side: side, format: format), of: id)
        }
    }

    /// The bytes of a variant, rendered now if it never was; nil when there is no such image.
    package func bytes(of id: MediaID, side: Int, format: ImageFormat) throws -> [UInt8]? {
        switch try variant(of: id, side: side, format: format) {
        case .stored: try objects.get(.variant(of: id, side: side, format: format))
        case .unstored(let bytes): bytes
        case nil: nil
        }
    }

    /// The bytes of the smallest variant in the default format; nil when the image was removed meanwhile.
    package func thumbnail(of image: ProfileImage) throws -> [UInt8]? {
        try bytes(of: image.id, side: output.sides[0], format: output.defaultFormat)
    }

    /// A picture of any side, in any format that can be written; stored only when it is one of the output's. Nil when the image
    /// was removed meanwhile.
    package func picture(of image: ProfileImage, side: Int, format: ImageFormat) throws -> [UInt8]? {
        if output.sides.contains(side), output.formats.contains(format) {
            return try bytes(of: image.id, side: side, format: format)
        }
        return try picture(of: image, width: side, height: side, format: format, quality: nil)
    }

    /// The image called `id`, whoever's or nobody's yet, in the format that loses nothing that it has; nil when there is none.
    /// - Precondition: the side is of few that can be asked for. Each of them is stored.
    package func square(of id: MediaID, side: Int) throws -> (bytes: [UInt8], format: ImageFormat)? {
        guard let format = try masterKey(of: id)?.imageFormat,
            let bytes = try bytes(of: id, side: side, format: format)
        else { return nil }
        return (bytes, format)
    }

    /// The variant as it is rendered now, which is stored nowhere; nil when the image was removed meanwhile.
    func rendered(_ image: ProfileImage, side: Int, format: ImageFormat) throws -> [UInt8]? {
        try master(of: image).map { try processor.render($0, side: side, format: format).bytes }
    }

    /// A picture of any size and quality, cut from the middle of the image; never stored. Nil when the image was removed
    /// meanwhile.
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

    /// The same of any picture.
    package func cut(
        _ picture: [UInt8],
        width: Int,
        height: Int,
        format: ImageFormat,
        quality: Int?
    ) throws(ImageError) -> [UInt8] {
        try processor.render(picture, width: width, height: height, format: format, quality: quality)
    }

    /// The image called `id`; nil when there is none.
    package func image(_ id: MediaID) throws -> ProfileImage? {
        try metadata.read { try $0.image(id) }
    }

    /// Makes the variants of `image` anew, as the output is now: the default one, and with `eagerly` all; others are
    /// removed, for their next request to render them. What was removed meanwhile is no error.
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

    private func masterKey(of id: MediaID) throws -> ObjectKey? {
        try metadata.read { try $0.master(of: id) }
    }

    /// - Returns: nil when the image was removed meanwhile.
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

    /// Stores a variant of an image that may be removed meanwhile: whoever removes it deletes what is stored before, and this what
    /// it has stored after.
    /// - Returns: false when the image was removed.
    private func put(_ bytes: [UInt8], at key: ObjectKey, of id: MediaID) throws -> Bool {
        try objects.put(bytes, at: key)
        let isThere: Bool
        do {
            isThere = try masterKey(of: id) != nil
        } catch {
            // It may be gone: what is not known to be named must not stay public.
            try? objects.delete([key])
            throw error
        }
        if !isThere { try objects.delete([key]) }
        return isThere
    }

    /// How the web server gets a stored variant.
    package func delivery(of id: MediaID, side: Int, format: ImageFormat) -> Delivery {
        objects.delivery(of: .variant(of: id, side: side, format: format), .immutable)
    }
}
