/// Makes masters and variants: checks the header of a file before the file is decoded, waits for the memory that the
/// work needs, and passes the job to a decoder.
package struct ImageProcessor: Sendable {
    private let limits: ImageLimits
    private let memory: MemoryBudget
    private let decoder: any PictureDecoder
    /// The sizes, formats and encoder settings of the pictures.
    package let output: ImageOutput

    /// `limits` bounds the uploads, `output` describes the pictures, and all jobs share `memory`. `decoder` runs the
    /// jobs; the default runs them in this process.
    package init(
        limits: ImageLimits,
        output: ImageOutput,
        memory: MemoryBudget = MemoryBudget(),
        decoder: any PictureDecoder = ImagePipeline()
    ) {
        self.limits = limits
        self.memory = memory
        self.decoder = decoder
        self.output = output
    }

    /// A copy that uses another memory budget.
    package func withMemory(_ memory: MemoryBudget) -> ImageProcessor {
        ImageProcessor(limits: limits, output: output, memory: memory, decoder: decoder)
    }

    /// Makes the pictures to store from an upload.
    ///
    /// They show the centre square of `crop`, or of the whole picture if `crop` is nil. `crop` is in pixels of the
    /// upright picture and may extend beyond its edges: only its part inside the picture counts.
    package func process(_ upload: [UInt8], crop: PixelRect?) throws(ImageError) -> ProcessedImage {
        guard upload.count <= limits.maxBytes else {
            throw .tooManyBytes(found: upload.count, limit: limits.maxBytes)
        }
        let header = try ImageHeader.read(upload, within: limits)
        var job = job(.upload(crop: crop, isSingle: output.isSingle), side: output.largestSide, output.defaultFormat)
        do throws(ImageError) {
            return try ProcessedImage(run(job, on: upload, header))
        } catch .corrupt(.jpeg, let reason) {
            guard !limits.strictJPEG, !limits.libjpegOnly else { throw .corrupt(.jpeg, reason: reason) }
            // The first reservation has ended. A repair needs more memory; only damaged pictures wait for it.
            job.damage = reason
            guard try job.memory(of: upload, header) <= memory.largest else { throw .corrupt(.jpeg, reason: reason) }
            return try ProcessedImage(run(job, on: upload, header))
        }
    }

    /// Makes a variant from a master. Deterministic.
    package func render(_ master: [UInt8], side: Int, format: ImageFormat) throws(ImageError) -> ImageVariant {
        try run(job(.variant, side: side, format), on: master, ImageHeader.read(master))[0]
    }

    /// Makes a rectangle from a master: the centre of a square whose side is the longer of `width` and `height`.
    ///
    /// The picture serves one request: a large picture is encoded quickly and takes more bytes than a variant.
    /// `quality` applies to lossy formats; nil means the quality of `output`.
    package func render(
        _ master: [UInt8],
        width: Int,
        height: Int,
        format: ImageFormat,
        quality: Int?
    ) throws(ImageError) -> [UInt8] {
        let side = max(width, height)
        let encoding = quality.map(output.encoding.withQuality) ?? output.encoding
        let job = job(
            .rectangle(width: width, height: height),
            side: side,
            format,
            encoding.forRequest(side: side)
        )
        return try run(job, on: master, ImageHeader.read(master))[0].bytes
    }

    private func job(
        _ product: DecodingJob.Product,
        side: Int,
        _ format: ImageFormat,
        _ encoding: ImageEncoding? = nil
    ) -> DecodingJob {
        DecodingJob(
            product: product,
            side: side,
            format: format,
            encoding: encoding ?? output.encoding,
            maxSeconds: limits.maxSeconds,
            libjpegOnly: limits.libjpegOnly
        )
    }

    /// Reserves the memory of the job until the decoder returns.
    private func run(_ job: DecodingJob, on file: [UInt8], _ header: ImageHeader) throws(ImageError) -> [ImageVariant] {
        let needed = try job.memory(of: file, header)
        let reserved = try memory.reserve(needed)
        return try run(job, on: file, needed, in: reserved)
    }

    private func run(
        _ job: DecodingJob,
        on file: [UInt8],
        _ needed: Int,
        in reserved: borrowing MemoryBudget.Reservation
    ) throws(ImageError) -> [ImageVariant] {
        try decoder.run(job, on: file, memory: needed)
    }
}
