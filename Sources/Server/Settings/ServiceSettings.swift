package import Configuration
import FoundationEssentials
package import Imaging
import ProfileImages

/// What the operator can set about this service and its responses.
package struct ServiceSettings: Sendable {
    /// The number of worker threads.
    package let workers: Int
    /// `scheme://host[:port][/path]`, the beginning of image URLs; nil uses the request's own.
    package let publicURL: String?
    package let cors: CORSPolicy
    package let limits: ImageLimits
    /// The memory for pictures in progress, in bytes: uploads and decoding together.
    package let memoryBudget: Int
    /// The maximum time that an upload waits for memory.
    package let maxWait: Duration
    package let output: ImageOutput
    package let profiles: ProfileSettings
    package let media: MediaSettings
    package let avatars: AvatarSettings
    package let uploads: UploadSettings
    package let dialects: DialectSettings

    package init(_ reader: inout SettingsReader) {
        reader.section = .places
        workers = reader.integer(
            "PORTRAITD_WORKERS",
            in: 1...256,
            default: Self.defaultWorkers,
            note: "8 for each processor core, at least 64",
            help: """
                The number of requests that are processed at the same time. Half of them may be large uploads, and seven \
                eighths may be uploads.
                """
        )
        publicURL = reader.baseURL(
            "PORTRAITD_PUBLIC_URL",
            note: "the URL that the request was sent to",
            help: """
                The start of image URLs, like https://img.example.com. Set it when you use events: their URLs are relative \
                without it.
                """
        )
        reader.section = .credentials
        cors = CORSPolicy(
            allowedOrigins: Set(
                reader.list(
                    "PORTRAITD_CORS_ORIGINS",
                    help: """
                        The origins whose web pages may call the API, separated by commas, like https://app.example.com; \
                        or * for every origin.
                        """
                )
            )
        )
        limits = reader.limits()
        memoryBudget = reader.memoryBudget(maxBytes: limits.maxBytes)
        maxWait = .seconds(
            reader.integer(
                "PORTRAITD_MAX_WAIT",
                in: 0...30,
                default: 10,
                help: "How many seconds an upload waits for memory before it is answered 503."
            )
        )
        output = reader.output()
        profiles = ProfileSettings(&reader)
        media = MediaSettings(&reader)
        avatars = AvatarSettings(&reader, side: output.largestSide)
        uploads = UploadSettings(&reader)
        dialects = DialectSettings(&reader)
    }

    /// Many more than cores: half of the workers may wait for memory, and reads must still find a free worker. A
    /// waiting thread takes 20 kB.
    private static let defaultWorkers = min(max(64, 8 * ProcessInfo.processInfo.activeProcessorCount), 256)
}

extension SettingsReader {
    /// Reads the limits of uploads.
    fileprivate mutating func limits() -> ImageLimits {
        section = .uploads
        let standard = ImageLimits()
        let maxBytes = integer(
            "PORTRAITD_MAX_BYTES",
            in: 1024...104_857_600,
            default: standard.maxBytes,
            help: """
                The longest upload, in bytes. When you raise it, raise client_max_body_size in nginx's \
                snippets/portraitd.conf too.
                """
        )
        let maxPixels = integer(
            "PORTRAITD_MAX_PIXELS",
            in: 1...1_000_000_000,
            default: standard.maxPixels,
            help: "The largest picture: width × height."
        )
        let maxWidth = integer(
            "PORTRAITD_MAX_WIDTH",
            in: 1...1_000_000,
            default: standard.maxWidth,
            help: "The width of the widest picture, in pixels as stored."
        )
        let maxHeight = integer(
            "PORTRAITD_MAX_HEIGHT",
            in: 1...1_000_000,
            default: standard.maxHeight,
            help: "The height of the highest picture, in pixels as stored."
        )
        let maxAspect = integer(
            "PORTRAITD_MAX_ASPECT",
            in: 1...1_000_000,
            default: standard.maxAspect,
            help: "How many times the short side the long side may be."
        )
        let maxFrames = integer(
            "PORTRAITD_MAX_FRAMES",
            in: 1...1_000_000,
            default: standard.maxFrames,
            help: "The most frames of an animation. The first is shown."
        )
        let maxSeconds = integer(
            "PORTRAITD_MAX_SECONDS",
            in: 1...40,
            default: standard.maxSeconds,
            help: "Processor time for one picture, in seconds."
        )
        let strictJPEG = boolean(
            "PORTRAITD_STRICT_JPEG",
            default: standard.strictJPEG,
            help: """
                Whether a JPEG with any damage is refused. Without this up to 2 % of the visible blocks may be damaged, as \
                some phones write them.
                """
        )
        let libjpegOnly = boolean(
            "PORTRAITD_LIBJPEG_ONLY",
            default: false,
            help: """
                Whether libjpeg decodes every JPEG, without portraitd's own memory-safe decoder. Uploads then take more \
                time and memory, and damaged JPEGs are refused.
                """
        )
        let takesHEIC = boolean(
            "PORTRAITD_HEIC",
            default: true,
            help: "Whether HEIC, the format of iPhones, is accepted."
        )
        return ImageLimits(
            maxBytes: maxBytes,
            maxPixels: maxPixels,
            maxWidth: maxWidth,
            maxHeight: maxHeight,
            maxAspect: maxAspect,
            maxFrames: maxFrames,
            formats: ImageFormat.allCases.filter { $0 != .heic || takesHEIC },
            maxSeconds: maxSeconds,
            strictJPEG: strictJPEG,
            libjpegOnly: libjpegOnly
        )
    }

    /// Reads the memory for all pictures, in bytes. The minimum, and so the default, is enough for the largest upload.
    fileprivate mutating func memoryBudget(maxBytes: Int) -> Int {
        let least = MemoryBudget.minUploads * maxBytes
        return integer(
            "PORTRAITD_MEMORY_BUDGET",
            in: least...Int(Int32.max) * 16,
            default: max(MemoryBudget.defaultBytes, least),
            help: """
                Memory for all pictures in progress, in bytes, at least 10 × PORTRAITD_MAX_BYTES; the process takes 40 \
                MiB more. One sixth holds uploads, the \
                rest is for decoding. When you raise it, raise MemoryHigh= and MemoryMax= of the units too.
                """
        )
    }

    /// Reads the variants that are made of every picture.
    fileprivate mutating func output() -> ImageOutput {
        section = .pictures
        let standard = ImageOutput()
        return ImageOutput(
            sides: integers(
                "PORTRAITD_SIDES",
                in: ImageOutput.sideRange,
                default: standard.sides,
                help: "The sizes of pictures, in pixels. After a change run `portraitd render`."
            ),
            formats: choices(
                "PORTRAITD_FORMATS",
                of: ImageOutput.formats,
                default: standard.formats,
                help: """
                    The formats of pictures; the first is the default. Name the same formats in nginx's \
                    portraitd.d/formats.conf.
                    """
            ),
            encoding: encoding(default: standard.encoding)
        )
    }

    private mutating func encoding(default standard: ImageEncoding) -> ImageEncoding {
        let qualities = ImageEncoding.qualityRange
        return ImageEncoding(
            jpegQuality: integer(
                "PORTRAITD_JPEG_QUALITY",
                in: qualities,
                default: standard.jpegQuality,
                help: "The quality of JPEG. From 90 on hard coloured edges stay sharp (4:4:4)."
            ),
            webpQuality: integer(
                "PORTRAITD_WEBP_QUALITY",
                in: qualities,
                default: standard.webpQuality,
                help: "The quality of WebP."
            ),
            avifQuality: integer(
                "PORTRAITD_AVIF_QUALITY",
                in: qualities,
                default: standard.avifQuality,
                help: "The quality of AVIF."
            ),
            isProgressive: boolean(
                "PORTRAITD_JPEG_PROGRESSIVE",
                default: standard.isProgressive,
                help: "Whether JPEG files are progressive: a coarse picture first, details later."
            ),
            background: value(
                "PORTRAITD_BACKGROUND",
                default: standard.background,
                written: standard.background.hexadecimal,
                values: "a colour like #ffffff",
                help: "The colour behind transparent parts in JPEG."
            ) { RGBColour(hexadecimal: $0) }
        )
    }

    /// Reads an absolute http or https URL without a query, and removes slashes at the end.
    fileprivate mutating func baseURL(_ key: String, note: String, help: String) -> String? {
        value(key, default: nil, note: note, values: "a URL like https://images.example.com", help: help) { text in
            var text = text
            while text.hasSuffix("/") { text.removeLast() }
            let url = URL(string: text)
            guard let url, ["http", "https"].contains(url.scheme), url.host() != nil, url.query() == nil else {
                return nil
            }
            return text
        }
    }
}
