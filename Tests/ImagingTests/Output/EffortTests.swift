import Glibc
import Testing

@testable import Imaging

@Suite(.serialized) struct EffortTests {
    private static let waves = TestPicture.waves(width: 600, height: 600)
    private static let fading = TestPicture(width: 600, height: 600) { x, y in
        Pixel(200, UInt8(y % 256), 40, UInt8(min(255, x / 2)))
    }

    @Test func `only a large picture for one request gets the least effort`() {
        let encoding = ImageEncoding(jpegQuality: 70, isProgressive: true)
        #expect(encoding.forRequest(side: 512) == encoding)
        #expect(encoding.forRequest(side: 513).effort == .least(isDrawn: false))
        #expect(encoding.forRequest(side: 2048, isDrawn: true).effort == .least(isDrawn: true))
        #expect(encoding.forRequest(side: 2048).jpegQuality == 70)
    }

    @Test(arguments: ImageOutput.formats)
    func `a stored variant keeps its effort at any side`(_ format: ImageFormat) throws {
        let output = ImageOutput(sides: [512, 600], formats: [format])
        let processor = ImageProcessor(limits: ImageLimits(), output: output)
        let master = try #require(processor.process(Self.waves.encoded(as: .png), crop: nil).master).bytes
        let stored = try processor.render(master, side: 600, format: format).bytes
        let quick = try processor.render(master, width: 600, height: 600, format: format, quality: nil)
        #expect(quick != stored)
        // Up to side 512, both efforts give the same bytes.
        let small = try processor.render(master, width: 512, height: 512, format: format, quality: nil)
        #expect(try processor.render(master, side: 512, format: format).bytes == small)
    }

    @Test(arguments: ImageOutput.formats, [false, true])
    func `the least effort keeps the picture`(_ format: ImageFormat, _ isDrawn: Bool) throws {
        let encoding = ImageEncoding().forRequest(side: 600, isDrawn: isDrawn)
        let bytes = try Self.waves.image().encoded(as: format, encoding)
        let header = try ImageHeader.read(bytes)
        #expect([header.width, header.height] == [600, 600])
        #expect(header.format == format)
        #expect(try decoded(bytes, format).psnr(Self.waves) > 34)
    }

    @Test(arguments: [ImageFormat.png, .webp, .avif], [false, true])
    func `the least effort keeps transparency`(_ format: ImageFormat, _ isDrawn: Bool) throws {
        let encoding = ImageEncoding().forRequest(side: 600, isDrawn: isDrawn)
        let result = try decoded(Self.fading.image().encoded(as: format, encoding), format)
        for x in stride(from: 0, to: 600, by: 7) {
            #expect(abs(Int(result[x, 300].w) - min(255, x / 2)) < 5)
        }
    }

    @Test func `PNG and drawn WebP lose nothing`() throws {
        let kept = try TestPicture(Self.fading.image())
        let drawn = ImageEncoding().forRequest(side: 600, isDrawn: true)
        for format in [ImageFormat.png, .webp] {
            let result = try decoded(Self.fading.image().encoded(as: format, drawn), format)
            #expect(zip(result.pixels, kept.pixels).allSatisfy { $0 == $1 || $0.w == 0 && $1.w == 0 })
        }
    }

    @Test func `the least effort writes no metadata`() throws {
        let encoding = ImageEncoding().forRequest(side: 600)
        for format in ImageOutput.formats {
            let bytes = try Self.fading.image().encoded(as: format, encoding)
            for name in ["CREATOR", "pHYs", "tEXt", "tIME", "EXIF", "XMP ", "ICCP"] {
                #expect(!bytes.windows(of: 4).contains(Array(name.utf8.prefix(4))))
            }
        }
    }

    @Test(arguments: ImageOutput.formats)
    func `the largest side is rendered from a master in little time`(_ format: ImageFormat) throws {
        let output = ImageOutput(sides: [512], formats: [.jpeg, .webp])
        let processor = ImageProcessor(limits: ImageLimits(), output: output)
        let master = try #require(processor.process(Self.waves.encoded(as: .png), crop: nil).master).bytes
        let start = Self.processorTime()
        let bytes = try processor.render(master, width: 2048, height: 2048, format: format, quality: nil)
        // The goal is 0.15 s on an idle machine.
        #expect(Self.processorTime() - start < 0.6)
        #expect(try ImageHeader.read(bytes).width == 2048)
    }

    private static func processorTime() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func decoded(_ bytes: [UInt8], _ format: ImageFormat) throws -> TestPicture {
        let picture =
            switch format {
            case .webp: TestPicture(decodingWebP: bytes)
            case .avif: TestPicture(decodingAVIF: bytes)
            default: TestPicture(decoding: bytes, as: format)
            }
        return try #require(picture)
    }
}

extension [UInt8] {
    fileprivate func windows(of length: Int) -> Set<[UInt8]> {
        Set((0...Swift.max(0, count - length)).map { Array(self[$0..<Swift.min(count, $0 + length)]) })
    }
}
