/// Takes pictures in: checks what can be known of a file before it is decoded, waits for the memory that its work takes, and
/// has it done by a decoder.
package struct ImageProcessor: Sendable {
    private let limits: ImageLimits
    private let memory: MemoryBudget
    private let decoder: any PictureDecoder
    /// What is made of every upload.
    package let output: ImageOutput

    /// `limits` bounds what is taken, `output` says what is made, all work shares `memory`, and `decoder` does it: without
    /// one it is done here.
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

    /// The same with other memory.
    package func withMemory(_ memory: MemoryBudget) -> ImageProcessor {
        ImageProcessor(limits: limits, output: output, memory: memory, decoder: decoder)
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
        var job = job(.upload(crop: crop, isSingle: output.isSingle), side: output.largestSide, output.defaultFormat)
        do throws(ImageError) {
            return try ProcessedImage(run(job, on: upload, header))
        } catch .corrupt(.jpeg, let reason) {
            guard !limits.strictJPEG else { throw .corrupt(.jpeg, reason: reason) }
            // The first reservation has ended: a repair takes more, for which undamaged pictures need not wait.
            job.damage = reason
            guard try job.memory(of: upload, header) <= memory.largest else { throw .corrupt(.jpeg, reason: reason) }
            return try ProcessedImage(run(job, on: upload, header))
        }
    }

    /// Makes a variant of a master. Deterministic.
    package func render(_ master: [UInt8], side: Int, format: ImageFormat) throws(ImageError) -> ImageVariant {
        try run(job(.variant, side: side, format), on: master, ImageHeader.read(master))[0]
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
            maxSeconds: limits.maxSeconds
        )
    }

    /// The memory is reserved for as long as this takes.
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
