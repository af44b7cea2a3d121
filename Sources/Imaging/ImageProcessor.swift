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

    /// Makes of an upload what is kept of it.
    ///
    /// `crop` is in pixels of the upright picture; its centre square is shown, without it the picture's.
    package func process(_ upload: [UInt8], crop: PixelRect?) throws(ImageError) -> ProcessedImage {
        let header = try inspect(upload)
        let square = try header.square(cropping: crop)
        let bitmap = try decode(upload, as: header, square: square, side: output.largestSide).upright(
            header.orientation
        )
        guard !output.isSingle else {
            return ProcessedImage(master: nil, variant: try variant(of: bitmap, output.defaultFormat, output.encoding))
        }
        let master = try variant(of: bitmap, bitmap.isOpaque ? .jpeg : .png, .master)
        return ProcessedImage(
            master: master,
            variant: try render(master.bytes, side: output.largestSide, format: output.defaultFormat)
        )
    }

    /// Makes a variant of a master, always the same of the same.
    package func render(_ master: [UInt8], side: Int, format: ImageFormat) throws(ImageError) -> ImageVariant {
        let header = try ImageHeader.read(master)
        let bitmap = try decode(master, as: header, square: header.square(cropping: nil), side: side)
        return try variant(of: bitmap, format, output.encoding)
    }

    private func variant(
        of bitmap: Bitmap,
        _ format: ImageFormat,
        _ encoding: ImageEncoding
    ) throws(ImageError) -> ImageVariant {
        ImageVariant(side: bitmap.width, format: format, bytes: try bitmap.encoded(as: format, encoding))
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
        square: PixelRect,
        side: Int
    ) throws(ImageError) -> Bitmap {
        let target = DecodingTarget(header: header, square: square, sides: [side], colours: colours)
        return switch header.format {
        case .jpeg: try JPEGDecoding(target: target).bitmaps(of: upload)[0]
        case .png: try PNGDecoding(target: target).bitmaps(of: upload)[0]
        case .gif: try GIFDecoding(target: target).bitmaps(of: upload)[0]
        case .webp: try WebPDecoding(target: target).bitmaps(of: upload)[0]
        case .avif: try AVIFDecoding(target: target).bitmaps(of: upload)[0]
        case .heic: try HEICDecoding(target: target).bitmaps(of: upload)[0]
        }
    }
}
