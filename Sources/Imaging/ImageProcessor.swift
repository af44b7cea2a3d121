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

    /// Returns one variant for each of the output's sides, in their order.
    ///
    /// `crop` is in pixels of the upright picture; its centre square is shown, without it the picture's.
    package func process(_ upload: [UInt8], crop: PixelRect?) throws(ImageError) -> [ImageVariant] {
        let target = try inspect(upload, crop: crop)
        return try process(upload, target, in: memory.reserve(target.memory))
    }

    private func inspect(_ upload: [UInt8], crop: PixelRect?) throws(ImageError) -> DecodingTarget {
        guard upload.count <= limits.maxBytes else {
            throw .tooManyBytes(found: upload.count, limit: limits.maxBytes)
        }
        let limit = WorkLimit(seconds: limits.maxSeconds)
        let header = try ImageHeader.read(upload)
        try limits.check(header)
        let square = try header.square(cropping: crop)
        return DecodingTarget(header: header, square: square, sides: output.sides, colours: colours, limit: limit)
    }

    /// The memory is `reserved` for as long as this takes.
    private func process(
        _ upload: [UInt8],
        _ target: DecodingTarget,
        in reserved: borrowing MemoryBudget.Reservation
    ) throws(ImageError) -> [ImageVariant] {
        var variants: [ImageVariant] = []
        for bitmap in try decode(upload, target) {
            let bytes = try bitmap.upright(target.header.orientation).encoded(as: output)
            variants.append(ImageVariant(side: bitmap.width, format: output.format, bytes: bytes))
        }
        return variants
    }

    private func decode(_ upload: [UInt8], _ target: DecodingTarget) throws(ImageError) -> [Bitmap] {
        switch target.header.format {
        case .jpeg: try JPEGDecoding(target: target).bitmaps(of: upload)
        case .png: try PNGDecoding(target: target).bitmaps(of: upload)
        case .gif: try GIFDecoding(target: target).bitmaps(of: upload)
        case .webp: try WebPDecoding(target: target).bitmaps(of: upload)
        }
    }
}
