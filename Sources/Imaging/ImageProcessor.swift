/// Makes small upright squares, free of metadata, of any picture that a user has.
package struct ImageProcessor: Sendable {
    private let limits: ImageLimits
    private let memory: MemoryBudget
    private let colours = ColourTransforms()
    /// What is made of every upload.
    package let output: ImageOutput

    /// `limits` bounds what is taken, `output` says what is made, and all work shares `memory`.
    package init(limits: ImageLimits, output: ImageOutput, memory: MemoryBudget = MemoryBudget()) {
        self.limits = limits
        self.memory = memory
        self.output = output
    }

    /// Makes of an upload what is kept of it.
    ///
    /// Shows the centre square of `crop`, or of the whole picture without one. `crop` is in pixels of the upright picture
    /// and may reach over its edges: only its part inside the picture counts.
    package func process(_ upload: [UInt8], crop: PixelRect?) throws(ImageError) -> ProcessedImage {
        guard upload.count <= limits.maxBytes else {
            throw .tooManyBytes(found: upload.count, limit: limits.maxBytes)
        }
        let header = try ImageHeader.read(upload, within: limits)
        let target = try target(header, crop: crop, side: output.largestSide)
        do throws(ImageError) {
            return try process(upload, target, in: memory.reserve(target.memory(encodingAs: output.defaultFormat)))
        } catch .corrupt(.jpeg, let reason) {
            guard !limits.strictJPEG else { throw .corrupt(.jpeg, reason: reason) }
            // The first reservation has ended: a repair takes more, for which undamaged pictures need not wait.
            let repair = target.repairing(upload, reason: reason)
            let needed = repair.memory(encodingAs: output.defaultFormat)
            guard needed <= memory.largest else { throw .corrupt(.jpeg, reason: reason) }
            return try process(upload, repair, in: memory.reserve(needed))
        }
    }

    /// Makes a variant of a master, always the same of the same.
    package func render(_ master: [UInt8], side: Int, format: ImageFormat) throws(ImageError) -> ImageVariant {
        let target = try target(ImageHeader.read(master), side: side)
        return try render(master, target, format, in: memory.reserve(target.memory(encodingAs: format)))
    }

    /// A picture made of a master: the rectangle of this size in the middle of the square that it fits in.
    ///
    /// It is made for one request: a large one is written quickly, in more bytes than a variant. `quality` is that of the formats
    /// that lose something; nil is the output's own.
    package func render(
        _ master: [UInt8],
        width: Int,
        height: Int,
        format: ImageFormat,
        quality: Int?
    ) throws(ImageError) -> [UInt8] {
        let side = max(width, height)
        let target = try target(ImageHeader.read(master), side: side)
        let encoding = quality.map(output.encoding.withQuality) ?? output.encoding
        return try rectangle(
            of: master,
            target,
            width: width,
            height: height,
            in: memory.reserve(target.memory(encodingAs: format))
        ).encoded(as: format, encoding.forRequest(side: side))
    }

    /// The memory is `reserved` for as long as this takes.
    private func rectangle(
        of master: [UInt8],
        _ target: DecodingTarget,
        width: Int,
        height: Int,
        in reserved: borrowing MemoryBudget.Reservation
    ) throws(ImageError) -> GDImage {
        try decode(master, target).centre(width: width, height: height)
    }

    private func target(_ header: ImageHeader, crop: PixelRect? = nil, side: Int) throws(ImageError) -> DecodingTarget {
        DecodingTarget(
            header: header,
            square: try header.square(cropping: crop),
            side: side,
            colours: colours,
            limit: WorkLimit(seconds: limits.maxSeconds)
        )
    }

    /// The memory is `reserved` for as long as this takes.
    private func process(
        _ upload: [UInt8],
        _ target: DecodingTarget,
        in reserved: borrowing MemoryBudget.Reservation
    ) throws(ImageError) -> ProcessedImage {
        guard !output.isSingle else {
            return ProcessedImage(
                master: nil,
                variant: try variant(of: upright(upload, target), output.defaultFormat, output.encoding)
            )
        }
        let master = try master(of: upright(upload, target))
        let rendering = try self.target(ImageHeader.read(master.bytes), side: output.largestSide)
        return ProcessedImage(
            master: master,
            variant: try render(master.bytes, rendering, output.defaultFormat, in: reserved)
        )
    }

    private func upright(_ upload: [UInt8], _ target: DecodingTarget) throws(ImageError) -> GDImage {
        try decode(upload, target).upright(target.header.orientation)
    }

    /// The memory of the picture is free when this returns.
    private func master(of image: consuming GDImage) throws(ImageError) -> ImageVariant {
        try variant(of: image, image.isOpaque ? .jpeg : .png, .master)
    }

    private func render(
        _ master: [UInt8],
        _ target: DecodingTarget,
        _ format: ImageFormat,
        in reserved: borrowing MemoryBudget.Reservation
    ) throws(ImageError) -> ImageVariant {
        try variant(of: decode(master, target), format, output.encoding)
    }

    private func variant(
        of image: borrowing GDImage,
        _ format: ImageFormat,
        _ encoding: ImageEncoding
    ) throws(ImageError) -> ImageVariant {
        ImageVariant(side: image.width, format: format, bytes: try image.encoded(as: format, encoding))
    }

    private func decode(_ file: [UInt8], _ target: DecodingTarget) throws(ImageError) -> GDImage {
        switch target.header.format {
        case .jpeg: try JPEGDecoding(target: target).image(of: file)
        case .png: try PNGDecoding(target: target).image(of: file)
        case .gif: try GIFDecoding(target: target).image(of: file)
        case .webp: try WebPDecoding(target: target).image(of: file)
        case .avif: try AVIFDecoding(target: target).image(of: file)
        case .heic: try HEICDecoding(target: target).image(of: file)
        }
    }
}
