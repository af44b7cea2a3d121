/// What an upload may be, and may measure; checked before any pixel is decoded.
package struct ImageLimits: Sendable {
    /// The largest file, in bytes.
    package let maxBytes: Int

    /// The largest width × height.
    package let maxPixels: Int

    /// The largest width as stored.
    package let maxWidth: Int

    /// The largest height as stored.
    package let maxHeight: Int

    /// How many times as long as the short side the long one may be.
    package let maxAspect: Int

    /// The most frames of an animation, although only the first is shown.
    package let maxFrames: Int

    /// The formats that are taken.
    package let formats: [ImageFormat]

    /// The most processor time that a picture may take.
    package let maxSeconds: Int

    /// Whether a JPEG with any damage is refused, even where browsers show it with 2 % of its blocks lost at most.
    package let strictJPEG: Bool

    /// The defaults suit pictures as phones and cameras make them, panoramas and long screenshots included.
    package init(
        maxBytes: Int = 10 * 1024 * 1024,
        maxPixels: Int = 64_000_000,
        maxWidth: Int = 16_384,
        maxHeight: Int = 16_384,
        maxAspect: Int = 20,
        maxFrames: Int = 1000,
        formats: [ImageFormat] = ImageFormat.allCases,
        maxSeconds: Int = 10,
        strictJPEG: Bool = false
    ) {
        self.maxBytes = maxBytes
        self.maxPixels = maxPixels
        self.maxWidth = maxWidth
        self.maxHeight = maxHeight
        self.maxAspect = maxAspect
        self.maxFrames = maxFrames
        self.formats = formats
        self.maxSeconds = maxSeconds
        self.strictJPEG = strictJPEG
    }

    func check(_ header: ImageHeader) throws(ImageError) {
        let (width, height) = (header.width, header.height)
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, pixels <= maxPixels else {
            throw .tooManyPixels(width: width, height: height, limit: maxPixels)
        }
        guard width <= maxWidth else { throw .tooWide(width: width, limit: maxWidth) }
        guard height <= maxHeight else { throw .tooHigh(height: height, limit: maxHeight) }
        // Divided, as a product might overflow; rounded up, as the limit is what may be.
        guard (max(width, height) - 1) / min(width, height) < maxAspect else {
            throw .tooLong(width: width, height: height, limit: maxAspect)
        }
        guard header.frames <= maxFrames else { throw .tooManyFrames(found: header.frames, limit: maxFrames) }
    }
}
