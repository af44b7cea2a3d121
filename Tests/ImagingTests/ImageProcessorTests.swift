import Testing

@testable import Imaging

@Suite struct ImageProcessorTests {
    @Test(arguments: 1...8, [ImageFormat.jpeg, .png, .webp])
    func `every orientation ends upright`(_ orientation: Int, _ format: ImageFormat) throws {
        let upright = TestPicture.waves(width: 90, height: 60)
        let stored = upright.stored(as: orientation).encoded(as: format, quality: 98)
        let exif = Metadata.exif(orientation: orientation, littleEndian: orientation % 2 == 0)
        let result = try square(of: Metadata.added(to: stored, format, exif: exif), side: 20)
        #expect(result.psnr(upright.cropped(x: 15, y: 0, side: 60).shrunk(to: 20)) > 36)
    }

    @Test(arguments: 1...8, [ImageFormat.jpeg, .png])
    func `a crop is in upright pixels`(_ orientation: Int, _ format: ImageFormat) throws {
        let upright = TestPicture.waves(width: 96, height: 64)
        let stored = upright.stored(as: orientation).encoded(as: format, quality: 98)
        let upload = try Metadata.added(to: stored, format, exif: Metadata.exif(orientation: orientation))
        // The crop's centre square begins 3 pixels from its left edge.
        let crop = PixelRect(x: 41, y: 19, width: 36, height: 30)
        let result = try square(of: upload, side: 10, crop: crop)
        #expect(result.psnr(upright.cropped(x: 44, y: 19, side: 30).shrunk(to: 10)) > 36)
    }

    @Test(arguments: [(240, 80), (80, 240), (81, 240), (80, 80)], ImageFormat.allCases)
    func `the middle of the picture is shown`(_ size: (width: Int, height: Int), _ format: ImageFormat) throws {
        let side = min(size.width, size.height)
        let (left, top) = ((size.width - side) / 2, (size.height - side) / 2)
        let picture = TestPicture(width: size.width, height: size.height) { x, y in
            left..<left + side ~= x && top..<top + side ~= y ? (x - left < side / 2 ? .red : .blue) : .green
        }
        let result = try square(of: picture.encoded(as: format), side: 8)
        for index in result.pixels.indices {
            // In lossy formats, half the chroma at an edge comes from the other side.
            #expect(result.pixels[index].isClose(to: index % 8 < 4 ? .red : .blue, within: 30))
        }
    }

    @Test(arguments: [(1001, 667, 64), (667, 1001, 40), (333, 251, 120), (129, 65, 60), (17, 90, 16)])
    func `a picture of odd size is shrunk to the plain average`(_ width: Int, _ height: Int, _ side: Int) throws {
        let picture = TestPicture.waves(width: width, height: height)
        let shown = min(width, height)
        let reference = picture.cropped(x: (width - shown) / 2, y: (height - shown) / 2, side: shown).shrunk(to: side)
        #expect(try square(of: picture.encoded(as: .jpeg), side: side).psnr(reference) > 38)
    }

    @Test(arguments: [(0, 0), (7, 0), (37, 41), (130, 0), (65, 300)])
    func `a decoded part of a JPEG equals the same part of the whole`(_ x: Int, _ y: Int) throws {
        let picture = TestPicture.waves(width: 260, height: 500)
        for progressive in [false, true] {
            let jpeg = picture.encoded(as: .jpeg, progressive: progressive)
            let whole = try #require(TestPicture(decoding: jpeg, as: .jpeg))
            for (side, target) in [(129, 129), (130, 50), (128, 30), (120, 7)] {
                let result = try square(of: jpeg, side: target, crop: PixelRect(x: x, y: y, width: side, height: side))
                #expect(result.psnr(whole.cropped(x: x, y: y, side: side).shrunk(to: target)) > 42)
            }
        }
    }

    @Test(arguments: [(0, 0), (31, 5), (32, 8), (33, 17), (70, 80)])
    func `a part of a JPEG at full size is the same pixel for pixel`(_ x: Int, _ y: Int) throws {
        var generator = SeededGenerator(seed: 3)
        let colours = [Pixel.red, .green, .blue, .yellow]
        let picture = TestPicture(width: 100, height: 110) { _, _ in colours[Int.random(in: 0..<4, using: &generator)] }
        // First 4:4:4, because our decoder ignores the chroma beside a part; then with libjpeg, which uses it.
        for (quality, progressive) in [(90, false), (80, true)] as [(Int32, Bool)] {
            let jpeg = picture.encoded(as: .jpeg, quality: quality, progressive: progressive)
            let whole = try #require(TestPicture(decoding: jpeg, as: .jpeg))
            for side in [15, 16, 17, 30] {
                let result = try square(of: jpeg, side: side, crop: PixelRect(x: x, y: y, width: side, height: side))
                let expected = whole.cropped(x: x, y: y, side: side)
                #expect(
                    zip(result.pixels, expected.pixels).allSatisfy { $0.isClose(to: $1, within: progressive ? 0 : 2) }
                )
            }
        }
    }

    @Test(arguments: ImageFormat.allCases)
    func `a picture of one pixel is accepted`(_ format: ImageFormat) throws {
        let upload = TestPicture(width: 1, height: 1) { _, _ in .blue }.encoded(as: format, quality: 101)
        #expect(try square(of: upload, side: 5).pixels.allSatisfy { $0.isClose(to: .blue, within: 16) })
    }

    @Test func `quality decides the size of a JPEG`() throws {
        let picture = TestPicture.waves(width: 64, height: 64).encoded(as: .png)
        let sizes = try [10, 50, 70, 95].map { quality in
            try ImageProcessor(
                limits: ImageLimits(),
                output: ImageOutput(sides: [64], formats: [.jpeg], encoding: ImageEncoding(jpegQuality: quality))
            )
            .process(picture, crop: nil).variant.bytes.count
        }
        #expect(sizes == sizes.sorted())
        #expect(sizes[0] * 2 < sizes[3])
    }

    @Test func `noise at the best quality fits into the output buffer`() throws {
        var generator = SeededGenerator(seed: 1)
        let noise = TestPicture(width: 40, height: 40) { _, _ in
            let bits = generator.next()
            return Pixel(bits & 1 == 0 ? 0 : 255, bits & 2 == 0 ? 0 : 255, bits & 4 == 0 ? 0 : 255, 255)
        }
        for side in [1, 16, 17, 40] {
            let output = ImageOutput(sides: [side], formats: [.jpeg], encoding: ImageEncoding(jpegQuality: 100))
            _ = try ImageProcessor(limits: ImageLimits(), output: output).process(noise.encoded(as: .png), crop: nil)
        }
    }

    private func square(of upload: [UInt8], side: Int, crop: PixelRect? = nil) throws -> TestPicture {
        let output = ImageOutput(sides: [side], formats: [.png])
        let limits = ImageLimits(formats: ImageFormat.allCases)
        let png = try ImageProcessor(limits: limits, output: output).process(upload, crop: crop).variant.bytes
        return try #require(TestPicture(decoding: png, as: .png))
    }
}
