/// Decodes a picture and makes small upright squares without metadata from it. No other code decodes pictures.
package struct ImagePipeline: PictureDecoder {
    private let colours = ColourTransforms()

    package init() {}

    /// Runs the job on this thread. `memory` is the job's estimate; it is not enforced here.
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

    /// Encodes the master, and frees the memory of `image` before it returns.
    private func master(of image: consuming GDImage) throws(ImageError) -> ImageVariant {
        try variant(of: image, image.isOpaque ? .jpeg : .png, .master)
    }

    /// Renders the variant from the encoded master, so that a later `render` of the stored master makes the same file.
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

/// Runs decoding jobs, in this process or in other processes.
package protocol PictureDecoder: Sendable {
    /// Makes the pictures that the job asks for from `file`: at least one.
    /// - Parameter memory: the bytes that are reserved for the work.
    /// - Throws: `ImageError` at the first part of the file that is refused.
    func run(_ job: DecodingJob, on file: [UInt8], memory: Int) throws(ImageError) -> [ImageVariant]

    /// The counts of the decoder processes; nil if the decoder runs in this process.
    var counts: DecoderCounts? { get }
}

extension PictureDecoder {
    package var counts: DecoderCounts? { nil }
}

/// The counts of the decoder processes, for the metrics.
package struct DecoderCounts: Equatable, Sendable {
    /// Processes that are ready now.
    package var spares = 0
    /// Processes created so far.
    package var processes = 0
    /// Template processes started so far.
    package var templates = 0
    /// Processes that ended before they received a file, or that could not be created.
    package var failures = 0

    package init() {}
}
