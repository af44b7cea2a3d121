import Testing

@testable import Imaging

/// Animations by PNG (third edition) §11.3.6: a grey canvas of 8 × 8 pixels whose default image has the level 50.
@Suite struct PNGAnimationTests {
    private let whole = PixelRect(x: 0, y: 0, width: 8, height: 8)

    @Test func `the default image is shown if it is the first frame`() throws {
        let upload = animation([control(0, whole)], [control(1, whole), frame(2, whole, level: 200)])
        #expect(try ImageHeader.read(upload).frames == 2)
        #expect(try levels(of: upload) == [UInt8](repeating: 50, count: 64))
    }

    @Test(arguments: [false, true], [1, 5])
    func `the first frame is shown if the default image is not a frame`(_ isInterlaced: Bool, _ chunks: Int) throws {
        for rect in [whole, PixelRect(x: 2, y: 3, width: 5, height: 4), PixelRect(x: 7, y: 7, width: 1, height: 1)] {
            let first = frame(1, rect, level: 200, isInterlaced: isInterlaced, chunks: chunks)
            let next = [control(1 + chunks, whole), frame(2 + chunks, whole, level: 9, isInterlaced: isInterlaced)]
            let upload = animation([], [control(0, rect), first] + next, isInterlaced: isInterlaced)
            #expect(try ImageHeader.read(upload).isAnimated)
            let expected = (0..<64).map { place in
                let (x, y) = (place % 8, place / 8)
                return rect.columns ~= x && rect.rows ~= y ? UInt8(200 + x - rect.x) : 0
            }
            #expect(try levels(of: upload) == expected)
            // Only the rows of the crop are decoded, but the whole frame is checked.
            let crop = try decoded(upload, side: 3, crop: PixelRect(x: 5, y: 5, width: 3, height: 3))
            let corner = (5..<8).flatMap { expected[$0 * 8 + 5..<$0 * 8 + 8] }
            #expect(crop.pixels.map(\.x) == corner)
            #expect(crop.pixels.map(\.w) == corner.map { $0 == 0 ? 0 : 255 })
        }
    }

    @Test(arguments: [
        PixelRect(x: 4, y: 0, width: 5, height: 8), PixelRect(x: 0, y: 7, width: 8, height: 2),
        PixelRect(x: 0, y: 0, width: 0, height: 8), PixelRect(x: 0, y: 0, width: 8, height: 0),
        PixelRect(x: 0xFFFF_FFFF, y: 0, width: 1, height: 1), PixelRect(x: 0, y: 0, width: 0xFFFF_FFFF, height: 1),
    ])
    func `a frame outside the canvas leaves the default image`(_ rect: PixelRect) throws {
        let upload = animation([], [control(0, rect), frame(1, whole, level: 200)])
        #expect(try levels(of: upload) == [UInt8](repeating: 50, count: 64))
    }

    @Test func `an animation without frames leaves the default image`() throws {
        #expect(try levels(of: animation([], [])) == [UInt8](repeating: 50, count: 64))
        #expect(try levels(of: animation([], [control(0, whole)])) == [UInt8](repeating: 50, count: 64))
    }

    @Test func `a frame with missing rows or damage is refused`() throws {
        let small = PixelRect(x: 0, y: 0, width: 8, height: 7)
        #expect(throws: ImageError.corrupt(.png, reason: "Not enough image data")) {
            try levels(of: animation([], [control(0, whole), frame(1, small, level: 200)]))
        }
        var damaged = frame(1, whole, level: 200)
        damaged[20] ^= 1
        #expect(throws: ImageError.corrupt(.png, reason: "Its first frame is damaged")) {
            try levels(of: animation([], [control(0, whole), damaged]))
        }
    }

    @Test func `the number of frames is limited`() throws {
        let limits = ImageLimits(maxFrames: 1)
        let upload = animation([], [control(0, whole), frame(1, whole, level: 200)])
        #expect(throws: ImageError.tooManyFrames(found: 2, limit: 1)) {
            try ImageProcessor(limits: limits, output: ImageOutput()).process(upload, crop: nil)
        }
    }

    @Test func `a truncated animation is refused`() throws {
        let upload = animation(
            [],
            [control(0, whole), frame(1, whole, level: 200), control(2, whole), frame(3, whole, level: 9)]
        )
        let end = 12
        for length in 0..<upload.count - end {
            #expect(throws: ImageError.self, "\(length)") { try levels(of: Array(upload.prefix(length))) }
        }
        #expect(try levels(of: upload.dropLast(end)) == levels(of: upload))
    }

    /// A file with the chunks `before` and `after` around the default image.
    private func animation(_ before: [[UInt8]], _ after: [[UInt8]], isInterlaced: Bool = false) -> [UInt8] {
        let control = Metadata.chunk("acTL", Metadata.big(2, 4) + Metadata.big(0, 4))
        let file = HandmadePNG(colourType: 0, isInterlaced: isInterlaced, chunks: [control] + before)
        let image = HandmadePNG.zlib(file.filtered(width: 8, height: 8) { _, _ in [50] })
        return file.bytes(width: 8, height: 8, pixels: [Metadata.chunk("IDAT", image)] + after)
    }

    private func control(_ number: Int, _ rect: PixelRect) -> [UInt8] {
        let numbers = [number, rect.width, rect.height, rect.x, rect.y].flatMap { Metadata.big($0, 4) }
        return Metadata.chunk("fcTL", numbers + [UInt8](repeating: 0, count: 6))
    }

    private func frame(
        _ number: Int,
        _ rect: PixelRect,
        level: Int,
        isInterlaced: Bool = false,
        chunks: Int = 1
    ) -> [UInt8] {
        let file = HandmadePNG(colourType: 0, isInterlaced: isInterlaced)
        let pixels = HandmadePNG.zlib(file.filtered(width: rect.width, height: rect.height) { x, _ in [level + x] })
        let size = (pixels.count + chunks - 1) / chunks
        return (0..<chunks).flatMap { index in
            Metadata.chunk("fdAT", Metadata.big(number + index, 4) + pixels.dropFirst(index * size).prefix(size))
        }
    }

    private func levels(of upload: some Sequence<UInt8>) throws -> [UInt8] {
        try decoded(Array(upload), side: 8).pixels.map(\.x)
    }

    private func decoded(_ upload: [UInt8], side: Int, crop: PixelRect? = nil) throws -> TestPicture {
        let target = try DecodingTarget(upload, side: side, crop: crop)
        return TestPicture(try PNGDecoding(target: target).image(of: upload))
    }
}
