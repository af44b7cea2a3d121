import Testing

@testable import Imaging

@Suite struct ColourTests {
    private static let fading = TestPicture(width: 30, height: 30) { x, _ in
        x < 16 ? .red : Pixel(0, 0, 0, 0)
    }

    @Test(arguments: [ImageFormat.png, .gif, .webp])
    func `transparency is kept in PNG, without dark fringes`(_ format: ImageFormat) throws {
        let result = try square(of: Self.fading.encoded(as: format, quality: 101), .png)
        #expect(result.pixels.contains { 1...254 ~= $0.w })
        #expect(result[0, 0].isClose(to: .red, within: 2))
        #expect(result[6, 3].w == 0)
        let shown = result.pixels.filter { $0.w > 0 }
        #expect(shown.allSatisfy { $0.isClose(to: Pixel(220, 20, 30, $0.w), within: 2) })
    }

    @Test(arguments: [ImageFormat.png, .gif, .webp])
    func `transparency becomes white in JPEG, without dark fringes`(_ format: ImageFormat) throws {
        let result = try square(of: Self.fading.encoded(as: format, quality: 101), .jpeg)
        #expect(result[6, 3].isClose(to: Pixel(255, 255, 255, 255), within: 6))
        #expect(result[0, 3].isClose(to: .red, within: 12))
        #expect(result.pixels.allSatisfy { $0.x > 200 })
    }

    @Test func `half transparent pixels stay half transparent`() throws {
        let picture = TestPicture(width: 8, height: 8) { _, _ in Pixel(100, 150, 200, 128) }
        let result = try square(of: picture.encoded(as: .png), .png)
        #expect(result.pixels.allSatisfy { $0.isClose(to: Pixel(100, 150, 200, 128), within: 3) })
    }

    @Test func `the transparent colour of a PNG becomes transparent`() throws {
        let picture = TestPicture(width: 14, height: 14) { x, _ in x < 8 ? .green : .red }
        let transparent = Metadata.chunk("tRNS", [0, 220, 0, 20, 0, 30])
        let result = try square(of: Metadata.inserted([transparent], into: picture.encoded(as: .png), at: 33), .png)
        #expect(result[1, 1].isClose(to: .green, within: 1))
        #expect(result[5, 1].w == 0)
    }

    @Test func `a picture without transparency is written without alpha`() throws {
        let png = try bytes(of: TestPicture.waves(width: 9, height: 9).encoded(as: .png), .png)
        let colourType = 25
        #expect(png[colourType] == 2)
        #expect(try bytes(of: Self.fading.encoded(as: .png), .png)[colourType] == 6)
    }

    @Test func `the first frame of a GIF has its place on the screen`() throws {
        var gif = TestPicture(width: 10, height: 10) { _, _ in .green }.encoded(as: .gif)
        let table = gif[10] & 0x80 == 0 ? 0 : 3 << (Int(gif[10] & 7) + 1)
        let descriptor = try #require(gif.indices.first { $0 >= 13 + table && gif[$0] == 0x2C })
        gif.replaceSubrange(6..<10, with: [28, 0, 28, 0])
        gif.replaceSubrange(descriptor + 1..<descriptor + 5, with: [8, 0, 16, 0])
        let result = try square(of: gif, .png)
        for y in 0..<7 {
            for x in 0..<7 {
                let isInside = 2...3 ~= x && 4...5 ~= y
                let isOutside = !(1...4 ~= x && 3...6 ~= y)
                if isInside { #expect(result[x, y].isClose(to: .green, within: 1)) }
                if isOutside { #expect(result[x, y].w == 0) }
            }
        }
    }

    @Test(
        arguments: [
            ([128], nil, Pixel(128, 128, 128, 255)),
            // Blue in luma and chroma, ITU-T T.871 §7.
            ([29, 255, 107], nil, Pixel(0, 0, 254, 255)),
            // Adobe writes ink inverted: 255 is no ink.
            ([255, 128, 0, 255], 0, Pixel(255, 128, 0, 255)),
            ([255, 128, 0, 128], 0, Pixel(128, 64, 0, 255)),
            // Without Adobe's marker, browsers also read inverted ink, and never YCCK.
            ([255, 128, 0, 255], nil, Pixel(255, 128, 0, 255)),
            ([255, 128, 0, 128], nil, Pixel(128, 64, 0, 255)),
            ([104, 213, 54, 255], nil, Pixel(104, 213, 54, 255)),
            // The same orange in YCCK.
            ([104, 213, 54, 255], 2, Pixel(255, 128, 0, 255)),
        ] as [([UInt8], UInt8?, Pixel)]
    )
    func `grey, colour and ink are decoded`(_ components: [UInt8], _ adobe: UInt8?, _ colour: Pixel) throws {
        let result = try square(of: FlatJPEG.bytes(components: components, adobe: adobe), .png)
        #expect(result.pixels.allSatisfy { $0.isClose(to: colour, within: 3) }, "\(result[0, 0])")
    }

    @Test func `arithmetic coding is decoded`() throws {
        // The block of grey 100 takes three bytes, the first one with a stuffed zero, as jpegtran writes them.
        let frame = Metadata.segment(0xC9, [8, 0, 8, 0, 8, 1, 1, 0x11, 0])
        let conditioning = Metadata.segment(0xCC, [0, 0x10, 0x10, 5])
        let scan = Metadata.segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0xFF, 0, 0xE8, 0x60, 0xFF, 0xD9]
        let quantization = Metadata.segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
        let upload = [0xFF, 0xD8] + quantization + frame + conditioning + scan
        let result = try square(of: upload, .png)
        #expect(result.pixels.allSatisfy { $0.isClose(to: Pixel(100, 100, 100, 255), within: 1) }, "\(result[0, 0])")
    }

    private func square(of upload: [UInt8], _ format: ImageFormat) throws -> TestPicture {
        try #require(TestPicture(decoding: bytes(of: upload, format), as: format))
    }

    private func bytes(of upload: [UInt8], _ format: ImageFormat) throws -> [UInt8] {
        let output = ImageOutput(sides: [7], formats: [format], encoding: ImageEncoding(jpegQuality: 95))
        return try ImageProcessor(limits: ImageLimits(), output: output).process(upload, crop: nil).variant
            .bytes
    }
}
