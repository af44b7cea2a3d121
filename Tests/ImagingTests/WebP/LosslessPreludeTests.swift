import Testing

@testable import Imaging

@Suite struct LosslessPreludeTests {
    /// The bytes of libwebp's tables for a group without a colour cache.
    private static let group = 568 + 4 * 2954

    private static let hostile = Array(0..<65_536)

    @Test(arguments: [1, 2, 999, 4950], [false, true])
    func `every group of codes counts`(_ groups: Int, _ hasTransforms: Bool) throws {
        let file = HandmadeWebP(width: 600, height: 130, groups: Array(0..<groups), hasTransforms: hasTransforms)
        let blocks = 150 * 33 + (hasTransforms ? 2 * 2 : 0)
        #expect(try held(file.bytes) == 4 * 600 * 130 + 4 * blocks + groups * Self.group)
    }

    @Test func `the largest index decides the number of groups, as in other decoders`() throws {
        let file = HandmadeWebP(width: 8, height: 4, groups: [70, 3])
        #expect(try held(file.bytes) == 4 * 32 + 4 * 2 + 71 * Self.group)
    }

    @Test func `a small file whose tables take hundreds of megabytes is refused`() throws {
        let file = HandmadeWebP(groups: Self.hostile)
        let lossy = TestPicture.quadrants(width: 1024, height: 1024).webp(quality: 50).dropFirst(12)
        let uploads = [
            file.bytes,
            Self.extended(flags: 0x10, [Metadata.riff("ALPH", file.alphas), Array(lossy)]),
            Self.extended(
                flags: 0x12,
                [
                    Metadata.riff("ANIM", [0, 0, 0, 0, 0, 0]),
                    Metadata.riff("ANMF", Self.wholeFrame + file.bytes.dropFirst(12)),
                ]
            ),
        ]
        let processor = ImageProcessor(limits: ImageLimits(), output: ImageOutput(sides: [64], formats: [.jpeg]))
        for upload in uploads {
            #expect(upload.count < 400_000)
            // Measured: 364 MiB.
            #expect(try held(upload) > 364 << 20)
            #expect {
                try processor.process(upload, crop: nil)
            } throws: { error in
                guard case ImageError.tooMuchMemory = error else { return false }
                return true
            }
        }
    }

    @Test func `the limits are checked before the prelude is read`() throws {
        // The file ends after the size: reading on would report this.
        let header: [UInt8] = [0x2F, 0xFF, 0xFF, 0xFF, 0x0F]
        let upload = Metadata.riff("RIFF", Array("WEBP".utf8) + Metadata.riff("VP8L", header))
        let processor = ImageProcessor(limits: ImageLimits(), output: ImageOutput(sides: [64], formats: [.jpeg]))
        #expect(throws: ImageError.tooManyPixels(width: 16_384, height: 16_384, limit: 64_000_000)) {
            try processor.process(upload, crop: nil)
        }
        #expect(throws: ImageError.corrupt(.webp, reason: "It ends too early")) { try ImageHeader.read(upload) }
    }

    @Test func `libwebp decodes the handmade pictures`() throws {
        for hasTransforms in [false, true] {
            let file = HandmadeWebP(width: 64, height: 64, groups: Array(0..<200), hasTransforms: hasTransforms)
            #expect(TestPicture(decodingWebP: file.bytes) != nil)
        }
    }

    @Test(arguments: 0...6)
    func `a picture of libwebp is read to its end and needs few groups`(_ method: Int32) throws {
        var generator = SeededGenerator(seed: UInt64(method))
        let noise = TestPicture(width: 90, height: 70) { _, _ in
            Pixel(truncatingIfNeeded: SIMD4(repeating: generator.next()) &>> SIMD4(0, 9, 19, 31))
        }
        let pictures = [noise, .waves(width: 300, height: 200), .quadrants(width: 41, height: 33)]
        for picture in pictures {
            for quality in [Float(0), 75, 100] {
                let upload = picture.losslessWebP(method: method, quality: quality)
                let tables = try held(upload) - 4 * picture.width * picture.height
                #expect(Self.group...40 * Self.group ~= tables, "\(picture.width) \(quality)")
            }
        }
    }

    @Test func `alphas without compression have no tables`() throws {
        let lossy = TestPicture.quadrants(width: 16, height: 16).webp(quality: 50).dropFirst(12)
        let plain = Metadata.riff("ALPH", [0] + [UInt8](repeating: 128, count: 256))
        let whole = try held(Self.extended(flags: 0x10, width: 16, height: 16, [plain, Array(lossy)]))
        #expect(whole == 5 * 256 + 4 * 256)
    }

    @Test func `truncated or changed bytes never crash`() throws {
        let picture = TestPicture.waves(width: 300, height: 200)
        let files =
            [HandmadeWebP(width: 64, height: 64, groups: Array(0..<200), hasTransforms: true).bytes]
            + [picture.losslessWebP(method: 4, quality: 75), picture.webp(quality: nil)]
        var generator = SeededGenerator(seed: 3)
        for file in files {
            for length in stride(from: 0, to: min(file.count, 400), by: 1) { _ = try? held(Array(file.prefix(length))) }
            for _ in 0..<2000 {
                var changed = file
                for _ in 0...2 {
                    let place = Int.random(in: 20..<min(file.count, 300), using: &generator)
                    changed[place] = .random(in: 0...255, using: &generator)
                }
                _ = try? held(changed)
            }
        }
    }

    @Test func `a picture beyond the declared end of the file is refused`() throws {
        let picture = TestPicture.quadrants(width: 16, height: 16)
        var upload = Self.extended(
            flags: 0,
            width: 16,
            height: 16,
            [
                Metadata.riff("JUNK", [UInt8](repeating: 0, count: 500)), Array(picture.webp().dropFirst(12)),
            ]
        )
        upload.replaceSubrange(4..<8, with: Metadata.little(upload.count - 8 - 10, 4))
        #expect(throws: ImageError.corrupt(.webp, reason: "Its first frame is damaged or incomplete")) {
            try held(upload)
        }
    }

    private static let wholeFrame = [0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0xFF, 3, 0, 100, 0, 0, 0] as [UInt8]

    private static func extended(
        flags: UInt8,
        width: Int = 1024,
        height: Int = 1024,
        _ chunks: [[UInt8]]
    ) -> [UInt8] {
        let size = Metadata.little(width - 1, 3) + Metadata.little(height - 1, 3)
        let header = Metadata.riff("VP8X", [flags, 0, 0, 0] + size)
        return Metadata.riff("RIFF", Array("WEBP".utf8) + header + Array(chunks.joined()))
    }

    private func held(_ upload: [UInt8]) throws -> Int { try ImageHeader.read(upload).heldBytes }
}
