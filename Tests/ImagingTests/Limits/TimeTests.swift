import Glibc
import Testing

@testable import Imaging

/// Files of a few hundred kilobytes that are built to take long. None may take long, even in a build without
/// optimisation.
@Suite(.serialized) struct TimeTests {
    private static let count = 20_000
    private static let picture = TestPicture.quadrants(width: 16, height: 16)

    private static func repeated(_ part: [UInt8], _ count: Int = count) -> [UInt8] {
        Array(Array(repeating: part, count: count).joined())
    }

    private static func riff(_ chunks: [[UInt8]]) -> [UInt8] {
        Metadata.riff("RIFF", Array("WEBP".utf8) + Array(chunks.joined()))
    }

    private static let extended = Metadata.riff("VP8X", [0x02, 0, 0, 0, 15, 0, 0, 15, 0, 0])
    private static let emptyFrame: [UInt8] = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 0]

    private static let jpegs: [(String, [UInt8])] = [
        ("JPEG: empty comments", repeated([0xFF, 0xFE, 0, 2])),
        ("JPEG: fill bytes", repeated([0xFF], 4 * count)),
        ("JPEG: bytes that are no marker", repeated([0x55], 4 * count)),
        (
            "JPEG: tables that are replaced",
            repeated([0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 1, count: 64), count / 10)
        ),
        ("JPEG: EXIF without an orientation", repeated(Metadata.segment(0xE1, Array("Exif\0\0".utf8) + exif), 8)),
    ].map { ($0.0, Metadata.inserted([$0.1], into: picture.encoded(as: .jpeg), at: 2)) }

    private static let progressiveJPEGs: [(String, [UInt8])] = [
        ("progressive JPEG: restarts behind the last scan", repeated([0xFF, 0xD0], 4 * count)),
        ("progressive JPEG: stuffed zeros behind the last scan", repeated([0xFF, 0], 4 * count)),
        ("progressive JPEG: empty tables behind the last scan", repeated([0xFF, 0xC4, 0, 2])),
    ].map { name, part in
        let jpeg = picture.encoded(as: .jpeg, progressive: true)
        return (name, jpeg.dropLast(2) + part + jpeg.suffix(2))
    }

    /// The most entries that a segment can hold.
    private static let exif = Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 65_000)

    private static let pngs: [(String, [UInt8])] = [
        ("PNG: empty chunks", repeated(Metadata.chunk("teSt", []), count / 4)),
        ("PNG: compressed texts", repeated(Metadata.chunk("zTXt", Array("a\0\0".utf8) + inflating), 4)),
        ("PNG: profiles", repeated(Metadata.chunk("iCCP", Array("a\0\0".utf8) + inflating), 4)),
    ].map { ($0.0, Metadata.inserted([$0.1], into: picture.encoded(as: .png), at: 33)) }

    private static let inflating = HandmadePNG.zlib([UInt8](repeating: 0, count: 100_000))

    private static let gifs: [(String, [UInt8])] = [
        ("GIF: empty frames", repeated(emptyFrame)),
        ("GIF: comments of a byte each", [0x21, 0xFE] + repeated([1, 65], 4 * count) + [0]),
        ("GIF: empty comments", repeated([0x21, 0xFE, 0], 2 * count)),
    ].map { name, parts in
        let gif = picture.encoded(as: .gif)
        return (name, gif.dropLast() + parts + [0x3B])
    }

    private static let webps: [(String, [UInt8])] = [
        ("WebP: empty chunks", riff([Array(picture.webp().dropFirst(12)), repeated(Metadata.riff("TEST", []))])),
        (
            "WebP: frames",
            riff([
                extended, Metadata.riff("ANIM", [UInt8](repeating: 0, count: 6)),
                repeated(Metadata.riff("ANMF", [UInt8](repeating: 0, count: 16)), count / 4),
            ])
        ),
    ]

    private static let uploads = Dictionary(uniqueKeysWithValues: jpegs + progressiveJPEGs + pngs + gifs + webps)

    @Test(arguments: uploads.keys.sorted())
    func `no hostile file takes long`(_ name: String) throws {
        let upload = try #require(Self.uploads[name])
        let start = Self.processorTime
        _ = try? ImageProcessor(limits: ImageLimits(), output: ImageOutput(sides: [4], formats: [.jpeg])).process(
            upload,
            crop: nil
        )
        #expect(Self.processorTime - start < 2, "\(name)")
    }

    /// The processor time of this thread in seconds.
    private static var processorTime: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
