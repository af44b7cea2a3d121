import Glibc

/// The limits of an upload, checked before any pixel is decoded.
package struct ImageLimits: Sendable {
    /// The largest file, in bytes.
    package let maxBytes: Int

    /// The largest width × height, in pixels.
    package let maxPixels: Int

    /// The largest width as stored, in pixels.
    package let maxWidth: Int

    /// The largest height as stored, in pixels.
    package let maxHeight: Int

    /// The largest ratio of the long side to the short side.
    package let maxAspect: Int

    /// The most frames of an animation, although only the first is shown.
    package let maxFrames: Int

    /// The accepted formats.
    package let formats: [ImageFormat]

    /// The most processor time for one picture, in seconds.
    package let maxSeconds: Int

    /// Whether a JPEG with any damage is refused. Otherwise up to 2 % of the shown blocks may be lost; browsers show
    /// such files.
    package let strictJPEG: Bool

    /// Whether libjpeg decodes every JPEG, without our own decoder. It costs time and memory, and damaged files are refused.
    package let libjpegOnly: Bool

    /// The defaults suit pictures from phones and cameras, including panoramas and long screenshots.
    package init(
        maxBytes: Int = 10 * 1024 * 1024,
        maxPixels: Int = 64_000_000,
        maxWidth: Int = 16_384,
        maxHeight: Int = 16_384,
        maxAspect: Int = 20,
        maxFrames: Int = 1000,
        formats: [ImageFormat] = ImageFormat.allCases,
        maxSeconds: Int = 10,
        strictJPEG: Bool = false,
        libjpegOnly: Bool = false
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
        self.libjpegOnly = libjpegOnly
    }

    func check(_ header: ImageHeader) throws(ImageError) {
        let (width, height) = (header.width, header.height)
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, pixels <= maxPixels else {
            throw .tooManyPixels(width: width, height: height, limit: maxPixels)
        }
        guard width <= maxWidth else { throw .tooWide(width: width, limit: maxWidth) }
        guard height <= maxHeight else { throw .tooHigh(height: height, limit: maxHeight) }
        // Divided, because a product might overflow; rounded up, because the limit itself is allowed.
        guard (max(width, height) - 1) / min(width, height) < maxAspect else {
            throw .tooLong(width: width, height: height, limit: maxAspect)
        }
        guard header.frames <= maxFrames else { throw .tooManyFrames(found: header.frames, limit: maxFrames) }
    }
}

/// Bounds the processor time that a thread spends on one picture.
struct WorkLimit {
    /// On the thread's processor clock, in nanoseconds.
    let end: Int
    // The limit cannot be exceeded before this time: a thread's processor time never exceeds the wall-clock time. The
    // wall clock is read without a system call.
    private let earliest: Int
    private let seconds: Int

    /// Starts now, on this thread.
    init(seconds: Int) {
        self.seconds = seconds
        end = Self.read(CLOCK_THREAD_CPUTIME_ID) + seconds * 1_000_000_000
        earliest = Self.read(CLOCK_MONOTONIC) + seconds * 1_000_000_000
    }

    /// Throws if the limit is exceeded; to be called regularly. A call takes some 30 nanoseconds.
    func check() throws(ImageError) {
        if isExceeded { throw exceeded }
    }

    var isExceeded: Bool {
        Self.read(CLOCK_MONOTONIC) >= earliest && Self.read(CLOCK_THREAD_CPUTIME_ID) > end
    }

    var exceeded: ImageError { .tooMuchWork(seconds: seconds) }

    private static func read(_ clock: clockid_t) -> Int {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
