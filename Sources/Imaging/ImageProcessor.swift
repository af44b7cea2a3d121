/// Makes small upright squares, free of metadata, of any picture that a user has.
package struct ImageProcessor: Sendable {
    private let limits: ImageLimits
    private let colours = ColourTransforms()
    /// What is made of every upload.
    package let output: ImageOutput

    /// `limits` bounds what is taken, `output` says what is made.
    package init(limits: ImageLimits, output: ImageOutput) {
        self.limits = limits
        self.output = output
    }

    /// Returns one variant for each of the output's sides, in their order.
    ///
    /// `crop` is in pixels of the upright picture; its centre square is shown, without it the picture's.
    package func process(_ upload: [UInt8], crop: PixelRect?) throws(ImageError) -> [ImageVariant] {
        let header = try inspect(upload)
        let square = try header.square(cropping: crop)
        let stored = try decode(upload, as: header, square: square)
        var variants: [ImageVariant] = []
        for bitmap in stored {
            let bytes = try bitmap.upright(header.orientation).encoded(as: output)
            variants.append(ImageVariant(side: bitmap.width, format: output.format, bytes: bytes))
        }
        return variants
    }

    private func inspect(_ upload: [UInt8]) throws(ImageError) -> ImageHeader {
        guard upload.count <= limits.maxBytes else {
            throw .tooManyBytes(found: upload.count, limit: limits.maxBytes)
        }
        let header = try ImageHeader.read(upload, accepting: limits.formats)
        let (pixels, overflow) = header.width.multipliedReportingOverflow(by: header.height)
        guard !overflow, pixels <= limits.maxPixels else {
            throw .tooManyPixels(width: header.width, height: header.height, limit: limits.maxPixels)
        }
        return header
    }

    private func decode(
        _ upload: [UInt8],
        as header: ImageHeader,
        square: PixelRect
    ) throws(ImageError) -> [Bitmap] {
        let target = DecodingTarget(header: header, square: square, sides: output.sides, colours: colours)
        return switch header.format {
        case .jpeg: try JPEGDecoding(target: target).bitmaps(of: upload)
        case .png: try PNGDecoding(target: target).bitmaps(of: upload)
        case .gif: try GIFDecoding(target: target).bitmaps(of: upload)
        case .webp: try WebPDecoding(target: target).bitmaps(of: upload)
        case .heic: try HEICDecoding(target: target).bitmaps(of: upload)
        case .avif: try AVIFDecoding(target: target).bitmaps(of: upload)
        }
    }
}
