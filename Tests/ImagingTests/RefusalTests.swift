import Testing

@testable import Imaging

@Suite struct RefusalTests {
    private let processor = ImageProcessor(
        limits: ImageLimits(formats: ImageFormat.allCases),
        output: ImageOutput(sides: [8], formats: [.jpeg])
    )

    @Test func `a file over the limit is refused before it is parsed`() {
        let limited = ImageProcessor(limits: ImageLimits(maxBytes: 99), output: ImageOutput())
        #expect(throws: ImageError.tooManyBytes(found: 100, limit: 99)) {
            try limited.process([UInt8](repeating: 0, count: 100), crop: nil)
        }
        #expect(throws: ImageError.unsupportedFormat(found: nil, accepted: ImageFormat.allCases)) {
            try limited.process([UInt8](repeating: 0, count: 99), crop: nil)
        }
    }

    @Test(arguments: ImageFormat.allCases)
    func `the number of pixels may reach the limit but not exceed it`(_ format: ImageFormat) throws {
        let upload = TestPicture.quadrants(width: 20, height: 10).encoded(as: format)
        let output = ImageOutput(sides: [4], formats: [.jpeg])
        _ = try ImageProcessor(limits: ImageLimits(maxPixels: 200, formats: ImageFormat.allCases), output: output)
            .process(upload, crop: nil)
        #expect(throws: ImageError.tooManyPixels(width: 20, height: 10, limit: 199)) {
            try ImageProcessor(limits: ImageLimits(maxPixels: 199, formats: ImageFormat.allCases), output: output)
                .process(upload, crop: nil)
        }
    }

    @Test func `giant pictures in a few bytes are refused by their header`() {
        let jpegFrame: [UInt8] = [8] + Metadata.big(65500, 2) + Metadata.big(65500, 2) + [1, 1, 0x11, 0]
        let jpeg = [0xFF, 0xD8] + Metadata.segment(0xC2, jpegFrame) + Metadata.segment(0xDA, [])
        #expect(throws: ImageError.tooManyPixels(width: 65500, height: 65500, limit: 64_000_000)) {
            try processor.process(jpeg, crop: nil)
        }
        let pngHeader = Metadata.big(30_000, 4) + Metadata.big(30_000, 4) + [1, 0, 0, 0, 0]
        let png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Metadata.chunk("IHDR", pngHeader)
        #expect(throws: ImageError.tooManyPixels(width: 30_000, height: 30_000, limit: 64_000_000)) {
            try processor.process(png + Metadata.chunk("IDAT", []) + Metadata.chunk("IEND", []), crop: nil)
        }
        let size = Metadata.little(20_000, 2) + Metadata.little(20_000, 2)
        for screen in [size, [1, 0, 1, 0]] {
            let gif = Array("GIF89a".utf8) + screen + [0, 0, 0, 0x2C, 0, 0, 0, 0] + size + [0, 2, 2, 0x44, 1, 0, 0x3B]
            #expect(throws: ImageError.tooManyPixels(width: 20_000, height: 20_000, limit: 64_000_000)) {
                try processor.process(gif, crop: nil)
            }
        }
    }

    @Test func `an animated GIF shows its first frame`() throws {
        let picture = TestPicture.quadrants(width: 8, height: 8)
        let gif = picture.encoded(as: .gif)
        let table = 3 << (Int(gif[10] & 7) + 1)
        let animated = gif.dropLast() + gif.dropFirst(13 + table)
        #expect(try ImageHeader.read(Array(animated)).isAnimated)
        _ = try processor.process(Array(animated), crop: nil)
    }

    @Test(arguments: ImageFormat.allCases, [false, true])
    func `a file that is truncated anywhere is refused`(_ format: ImageFormat, _ progressive: Bool) throws {
        let upload = TestPicture.quadrants(width: 13, height: 11).encoded(as: format, progressive: progressive)
        let picture = try processor.process(upload, crop: nil).variant.bytes
        // A file with all of its pixels is accepted: a JPEG's end of image, a GIF's last code with the end of its block
        // and the trailer, or a PNG's checksum, CRC and IEND may be missing.
        let end = [.jpeg: 2, .gif: 3, .png: 4 + 4 + 12][format] ?? 0
        for length in 0..<upload.count {
            let result = try? processor.process(Array(upload.prefix(length)), crop: nil).variant.bytes
            // Only libjpeg decodes a JPEG without its end; it rounds differently from our own decoder.
            #expect(result == nil || result == picture || format == .jpeg, "\(length) of \(upload.count) bytes")
            // A byte that holds only the last bits of a stream may be missing too.
            let mayBeMissing = length >= upload.count - end - (end > 0 ? 1 : 0)
            #expect(result == nil || mayBeMissing, "\(length) of \(upload.count) bytes")
            #expect(result != nil || length < upload.count - end, "\(length) of \(upload.count) bytes")
        }
    }

    @Test(arguments: [false, true])
    func `a truncated JPEG is refused even if the lost part is not shown`(_ progressive: Bool) throws {
        let upload = TestPicture.waves(width: 40, height: 400).encoded(as: .jpeg, progressive: progressive)
        let crop = PixelRect(x: 0, y: 0, width: 40, height: 40)
        _ = try processor.process(upload, crop: crop)
        for share in [50, 80, 95, 99] {
            #expect(throws: ImageError.self, "\(share) %") {
                try processor.process(Array(upload.prefix(upload.count * share / 100)), crop: crop)
            }
        }
    }

    @Test func `damage inside a JPEG is refused with libjpeg's reason`() throws {
        var upload = TestPicture.waves(width: 64, height: 64).encoded(as: .jpeg)
        // An end of image before the last pixels.
        upload.replaceSubrange(upload.count - 300..<upload.count - 298, with: [0xFF, 0xD9])
        let error = #expect(throws: ImageError.self) { try processor.process(upload, crop: nil) }
        guard case .corrupt(.jpeg, let reason) = error else { return }
        #expect(reason.starts(with: "Corrupt JPEG data: premature end of data segment; "))
    }

    @Test(arguments: ImageFormat.allCases)
    func `bytes after the picture are ignored`(_ format: ImageFormat) throws {
        let upload = TestPicture.quadrants(width: 13, height: 11).encoded(as: format)
        _ = try processor.process(upload + Array("and so on, and so on".utf8), crop: nil)
    }

    @Test(arguments: [(0xC3, 8, "lossless"), (0xCB, 8, "lossless"), (0xC5, 8, "hierarchical"), (0xC1, 12, "12-bit")])
    func `a JPEG of an unsupported kind is not called damaged`(_ marker: UInt8, _ bits: UInt8, _ kind: String) {
        var upload = FlatJPEG.bytes(components: [128])
        upload =
            Array(upload.prefix { $0 != 0xC0 }) + [marker, 0, 11, bits] + Array(upload.drop { $0 != 0xC0 }.dropFirst(4))
        #expect(throws: ImageError.unsupportedFormat(found: "\(kind) JPEG", accepted: ImageFormat.allCases)) {
            try processor.process(upload, crop: nil)
        }
    }

    @Test func `the scans of a JPEG are counted before decoding`() throws {
        // These scans have no pixels: a decoder would report damage.
        func jpeg(_ marker: UInt8, _ scans: Int) -> [UInt8] {
            let frame = Metadata.segment(marker, [8, 0x1F, 0x40, 0x1F, 0x40, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])
            let scan = Metadata.segment(0xDA, [1, 1, 0, 0, 0, 0]) + [0x55, 0xFF, 0, 0xFF, 0xD3]
            return [0xFF, 0xD8] + frame + Array(repeatElement(scan, count: scans).joined()) + [0xFF, 0xD9]
        }
        for marker in [0xC0, 0xC1, 0xC2, 0xCA] as [UInt8] {
            _ = try ImageHeader.read(jpeg(marker, 100))
            for scans in [101, 50_000] {
                let upload = jpeg(marker, scans)
                let time = ContinuousClock().measure {
                    #expect(throws: ImageError.corrupt(.jpeg, reason: "It has \(scans) scans, 100 may be")) {
                        try processor.process(upload, crop: nil)
                    }
                }
                #expect(time < .seconds(2), "\(scans)")
            }
        }
    }

    @Test func `a JPEG of nearly a hundred scans is accepted`() throws {
        let upload = TestPicture.waves(width: 16, height: 16).encoded(as: .jpeg, progressive: true)
        let start = try #require(upload.indices.first { upload[$0...].starts(with: [0xFF, 0xDA]) })
        let end = try #require(
            upload.indices.first { $0 > start && upload[$0] == 0xFF && upload[$0 + 1] != 0 }
        )
        let scans = Array(Array(repeating: upload[start..<end], count: 80).joined())
        _ = try processor.process(upload[..<start] + scans + upload[end...], crop: nil)
    }

    @Test(arguments: ImageFormat.allCases, [false, true])
    func `changed bytes never crash`(_ format: ImageFormat, _ progressive: Bool) throws {
        var generator = SeededGenerator(seed: 42)
        let picture = TestPicture.quadrants(width: 13, height: 11).encoded(as: format, progressive: progressive)
        let upload = try Metadata.added(to: picture, format, exif: Metadata.exif(orientation: 6))
        let cautious = ImageProcessor(
            limits: ImageLimits(maxPixels: 10_000, formats: ImageFormat.allCases),
            output: ImageOutput(sides: [2], formats: [.jpeg])
        )
        var refused = 0
        for _ in 0..<500 {
            var changed = upload
            for _ in 0...Int.random(in: 0..<3, using: &generator) {
                changed[Int.random(in: 0..<changed.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            do { _ = try cautious.process(changed, crop: nil) } catch { refused += 1 }
        }
        #expect(refused > 0)
    }
}
