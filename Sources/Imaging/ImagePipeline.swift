/// Makes small upright squares, free of metadata, of any picture that a user has. Only this code decodes.
package struct ImagePipeline: PictureDecoder {
    private let colours = ColourTransforms()

    package init() {}

    /// Does the work on this thread. It takes `memory` by the estimate of the job, which nothing enforces here.
    package func run(_ job: DecodingJob, on file: [UInt8], memory: Int) throws(ImageError) -> [ImageVariant] {
        let header = try ImageHeader.read(file)
        guard !job.forbidsLibraries || header.format == .jpeg else { throw .needsLibrary }
        let target = try job.target(header, file, colours)
        switch job.product {
        case .upload(_, isSingle: true):
            return [try variant(of: upright(file, target), job.format, job.encoding)]
        case .upload(_, isSingle: false):
            let master = try master(of: upright(file, target))
            return [master, try variant(of: master.bytes, job)]
        case .variant:
            return [try variant(of: decode(file, target), job.format, job.encoding)]
        case .rectangle(let width, let height):
            let image = try decode(file, target).centre(width: width, height: height)
            return [
                ImageVariant(side: job.side, format: job.format, bytes: try image.encoded(as: job.format, job.encoding))
            ]
        }
    }

    private func upright(_ upload: [UInt8], _ target: DecodingTarget) throws(ImageError) -> GDImage {
        try decode(upload, target).upright(target.header.orientation)
    }

    /// The memory of the picture is free when this returns.
    private func master(of image: consuming GDImage) throws(ImageError) -> ImageVariant {
        try variant(of: image, image.isOpaque ? .jpeg : .png, .master)
    }

    /// The same as `render` makes of the stored master at any time.
    private func variant(of master: [UInt8], _ upload: DecodingJob) throws(ImageError) -> ImageVariant {
        let job = DecodingJob(
            product: .variant,
            side: upload.side,
            format: upload.format,
            encoding: upload.encoding,
            maxSeconds: upload.maxSeconds
        )
        let target = try job.target(ImageHeader.read(master), master, colours)
        return try variant(of: decode(master, target), job.format, job.encoding)
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
