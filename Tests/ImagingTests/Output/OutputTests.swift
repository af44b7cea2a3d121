import Testing

@testable import Imaging

@Suite struct OutputTests {
    private static let waves = TestPicture.waves(width: 90, height: 90)
    private static let fading = TestPicture(width: 80, height: 80) { x, _ in
        x < 40 ? .red : Pixel(0, 0, 200, 0)
    }

    @Test(arguments: ImageOutput.formats)
    func `every format keeps the picture`(_ format: ImageFormat) throws {
        let variant = try variant(of: Self.waves, ImageOutput(sides: [90], formats: [format]))
        #expect(variant.format == format)
        #expect(variant.side == 90)
        #expect(try decoded(variant).psnr(Self.waves) > 34)
    }

    @Test(arguments: [ImageFormat.png, .webp, .avif])
    func `transparency is kept`(_ format: ImageFormat) throws {
        let result = try decoded(variant(of: Self.fading, ImageOutput(sides: [80], formats: [format])))
        #expect(result[10, 40].isClose(to: .red, within: 12))
        #expect(result[70, 40].w == 0)
    }

    @Test(arguments: [ImageFormat.webp, .avif])
    func `an opaque picture has no alpha`(_ format: ImageFormat) throws {
        let bytes = try variant(of: Self.waves, ImageOutput(sides: [90], formats: [format])).bytes
        #expect(!bytes.contains("ALPH"))
        #expect(!bytes.contains("alpha"))
    }

    @Test func `transparency becomes the background in JPEG`() throws {
        let background = RGBColour(red: 10, green: 200, blue: 100)
        let output = ImageOutput(sides: [80], formats: [.jpeg], encoding: ImageEncoding(background: background))
        let result = try decoded(variant(of: Self.fading, output))
        #expect(result[70, 40].isClose(to: Pixel(10, 200, 100, 255), within: 6))
        #expect(result[10, 40].isClose(to: .red, within: 12))
    }

    @Test(arguments: [(ImageFormat.jpeg, 0.5), (.webp, 0.6), (.avif, 0.5)])
    func `quality decides the size`(_ format: ImageFormat, _ ratio: Double) throws {
        let sizes = try [20, 90].map { quality in
            let encoding = ImageEncoding(jpegQuality: quality, webpQuality: quality, avifQuality: quality)
            let output = ImageOutput(sides: [90], formats: [format], encoding: encoding)
            return try variant(of: Self.waves, output).bytes.count
        }
        #expect(Double(sizes[0]) < ratio * Double(sizes[1]))
    }

    @Test func `a JPEG is progressive on request, and has full chroma from quality 90 on`() throws {
        let plain = try jpeg(ImageEncoding())
        #expect(plain.frame == 0xC0)
        #expect(plain.sampling == 0x22)
        let chosen = try jpeg(ImageEncoding(jpegQuality: 90, isProgressive: true))
        #expect(chosen.frame == 0xC2)
        #expect(chosen.sampling == 0x11)
        #expect(try jpeg(ImageEncoding(jpegQuality: 89)).sampling == 0x22)
    }

    @Test(arguments: [16, 90, 300])
    func `a JPEG has the same pixels as libgd's in fewer bytes`(_ side: Int) throws {
        let picture = TestPicture.waves(width: side, height: side)
        let plain = picture.encoded(as: .jpeg, quality: 80)
        let bytes = try picture.image().encoded(as: .jpeg, ImageEncoding(jpegQuality: 80))
        // The comment alone is 61 bytes.
        #expect(bytes.count < plain.count - 100)
        #expect(TestPicture(decoding: bytes, as: .jpeg) == TestPicture(decoding: plain, as: .jpeg))
    }

    @Test func `one side in one format has no master`() throws {
        #expect(try processed(Self.waves, ImageOutput(sides: [90], formats: [.jpeg])).master == nil)
        #expect(try processed(Self.waves, ImageOutput(sides: [90, 30], formats: [.jpeg])).master != nil)
        #expect(try processed(Self.waves, ImageOutput(sides: [90], formats: [.jpeg, .webp])).master != nil)
    }

    @Test func `a master has the largest side and nearly no loss`() throws {
        let output = ImageOutput(sides: [30, 90], formats: [.webp])
        let master = try #require(try processed(Self.waves, output).master)
        #expect(master.side == 90)
        #expect(master.format == .jpeg)
        #expect(try decoded(master).psnr(Self.waves) > 42)
        let transparent = try #require(try processed(Self.fading, output).master)
        #expect(transparent.format == .png)
        #expect(try decoded(transparent)[70, 40].w == 0)
    }

    @Test(arguments: ImageOutput.formats, [30, 90])
    func `every variant can be rendered from the master`(_ format: ImageFormat, _ side: Int) throws {
        let processor = ImageProcessor(limits: ImageLimits(), output: ImageOutput(sides: [30, 90], formats: [format]))
        let processed = try processor.process(Self.waves.encoded(as: .png), crop: nil)
        let master = try #require(processed.master)
        let rendered = try processor.render(master.bytes, side: side, format: format)
        #expect(rendered.side == side)
        // A picture this small loses half of its chroma.
        #expect(try decoded(rendered).psnr(Self.waves.shrunk(to: side)) > (side == 30 ? 30 : 34))
        if side == 90 { #expect(rendered.bytes == processed.variant.bytes) }
    }

    private func jpeg(_ encoding: ImageEncoding) throws -> (frame: UInt8, sampling: UInt8) {
        let bytes = try variant(of: Self.waves, ImageOutput(sides: [90], formats: [.jpeg], encoding: encoding)).bytes
        let frame = try #require(bytes.indices.first { bytes[$0] == 0xFF && [0xC0, 0xC2].contains(bytes[$0 + 1]) })
        return (bytes[frame + 1], bytes[frame + 11])
    }

    private func variant(of picture: TestPicture, _ output: ImageOutput) throws -> ImageVariant {
        try processed(picture, output).variant
    }

    private func processed(_ picture: TestPicture, _ output: ImageOutput) throws -> ProcessedImage {
        try ImageProcessor(limits: ImageLimits(), output: output).process(picture.encoded(as: .png), crop: nil)
    }

    private func decoded(_ variant: ImageVariant) throws -> TestPicture {
        let picture =
            switch variant.format {
            case .webp: TestPicture(decodingWebP: variant.bytes)
            case .avif: TestPicture(decodingAVIF: variant.bytes)
            default: TestPicture(decoding: variant.bytes, as: variant.format)
            }
        return try #require(picture)
    }
}

extension [UInt8] {
    fileprivate func contains(_ text: String) -> Bool {
        indices.contains { self[$0...].starts(with: text.utf8) }
    }
}
