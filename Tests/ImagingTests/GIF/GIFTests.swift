import Testing

@testable import Imaging

@Suite struct GIFTests {
    private static let four: [Pixel] = [.red, .green, .blue, .yellow]

    @Test(arguments: [1, 2, 5, 8], [false, true])
    func `every depth is decoded exactly`(_ depth: Int, _ isInterlaced: Bool) throws {
        let palette = (0..<1 << depth).map { level in
            let byte = UInt8(level)
            return Pixel(byte, 255 - byte, byte &* 7, 255)
        }
        var file = HandmadeGIF(screen: (19, 19), frame: PixelRect(x: 0, y: 0, width: 19, height: 19))
        file.depth = max(depth, 2)
        file.isInterlaced = isInterlaced
        file.palette = palette
        file.blockSize = 7
        func index(_ x: Int, _ y: Int) -> Int { (x * 5 + y * 11) % palette.count }
        let result = try decoded(file.bytes(index: index), side: 19)
        #expect(result.pixels == (0..<361).map { palette[index($0 % 19, $0 / 19)] })
    }

    @Test(arguments: [9, 10, 11], [false, true])
    func `codes with more bits than an index are decoded`(_ depth: Int, _ isInterlaced: Bool) throws {
        var file = HandmadeGIF(screen: (40, 40), frame: PixelRect(x: 0, y: 0, width: 40, height: 40))
        (file.depth, file.isInterlaced) = (depth, isInterlaced)
        let palette = (0..<256).map { Pixel(UInt8($0), 9, UInt8(255 - $0), 255) }
        file.palette = palette
        func index(_ x: Int, _ y: Int) -> Int { (x * 7 + y * 40) % 256 }
        let plain = try decoded(file.bytes(index: index), side: 40)
        #expect(plain.pixels == (0..<1600).map { palette[index($0 % 40, $0 / 40)] })
        // String codes follow the index codes; only the low 8 bits of a longer index count.
        file.isInterlaced = false
        guard depth == 11 else { return }
        let rest = (7..<1600).map { $0 % 256 }
        let codes = [file.clear, 3, file.end + 1, file.end + 2, 0x7FF] + rest
        let indices = [3, 3, 3, 3, 3, 3, 255] + rest
        #expect(try decoded(file.bytes(codes: codes), side: 40).pixels == indices.map { palette[$0] })
    }

    @Test(arguments: [2, 16, 256], [false, true])
    func `a compressed picture is decoded exactly`(_ colours: Int, _ isInterlaced: Bool) throws {
        var generator = SeededGenerator(seed: UInt64(colours))
        // Long runs and noise fill the code table, which is then cleared.
        let picture = TestPicture(width: 150, height: 150) { x, y in
            let level = UInt8(y < 60 ? x / 60 : Int.random(in: 0..<colours - 1, using: &generator))
            return Pixel(level, 0, 255 - level, 255)
        }
        let result = try decoded(picture.encoded(as: .gif, progressive: isInterlaced), side: 150)
        #expect(result.pixels == picture.pixels)
    }

    @Test func `codes that refer to the string they complete are decoded`() throws {
        let flat = TestPicture(width: 400, height: 400) { _, _ in .green }
        let result = try decoded(flat.encoded(as: .gif), side: 3)
        #expect(result.pixels.allSatisfy { $0 == .green })
    }

    @Test(arguments: [false, true])
    func `the frame's palette precedes the screen's palette`(_ isInterlaced: Bool) throws {
        var file = HandmadeGIF(isInterlaced: isInterlaced, localPalette: Self.four.reversed())
        file.transparent = 2
        let result = try decoded(file.bytes { x, _ in x }, side: 4)
        #expect(Array(result.pixels.prefix(4)) == [.yellow, .blue, .zero, .red])
    }

    @Test func `an index without a colour is transparent`() throws {
        let file = HandmadeGIF(palette: [.red, .green])
        let result = try decoded(file.bytes { x, _ in x }, side: 4)
        #expect(Array(result.pixels.prefix(4)) == [.red, .green, .zero, .zero])
        #expect(throws: ImageError.corrupt(.gif, reason: "It has no colours")) {
            try decoded(HandmadeGIF(palette: nil).bytes { x, _ in x }, side: 4)
        }
    }

    @Test(
        arguments: [PixelRect(x: 2, y: 3, width: 4, height: 5), PixelRect(x: 7, y: 0, width: 6, height: 12)],
        [false, true]
    )
    func `the screen is transparent around the frame`(_ frame: PixelRect, _ isInterlaced: Bool) throws {
        let file = HandmadeGIF(screen: (12, 12), frame: frame, isInterlaced: isInterlaced)
        let upload = file.bytes { x, y in (x + 2 * y) % 4 }
        let width = max(12, frame.columns.upperBound)
        #expect(try ImageHeader.read(upload) == ImageHeader(format: .gif, width: width, height: 12))
        let crop = PixelRect(x: 1, y: 0, width: 11, height: 11)
        let result = try decoded(upload, side: 11, crop: crop)
        let expected = (0..<121).map { place in
            let (x, y) = (place % 11 + 1, place / 11)
            guard frame.columns ~= x, frame.rows ~= y else { return Pixel.zero }
            return Self.four[(x - frame.x + 2 * (y - frame.y)) % 4]
        }
        #expect(result.pixels == expected)
    }

    @Test(arguments: [7, 40, 90])
    func `an interlaced picture equals the same picture without interlacing`(_ side: Int) throws {
        let results = try [false, true].map { isInterlaced in
            let frame = PixelRect(x: 0, y: 0, width: 61, height: 83)
            let file = HandmadeGIF(screen: (61, 83), frame: frame, isInterlaced: isInterlaced, transparent: 3)
            let crop = PixelRect(x: 9, y: 20, width: 50, height: 50)
            return try decoded(file.bytes { x, y in (x / 7 + y / 9) % 4 }, side: side, crop: crop)
        }
        // An alpha between two stored levels may be rounded either way.
        #expect(zip(results[0].pixels, results[1].pixels).allSatisfy { $0.isClose(to: $1, within: 3) })
    }

    @Test func `harmless oddities are accepted`() throws {
        let file = HandmadeGIF()
        let codes = (0..<16).flatMap { $0 % 2 == 0 ? [file.clear, $0 % 4] : [$0 % 4] }
        let expected = try decoded(file.bytes(codes: codes + [file.end]), side: 4)
        // Files without the end code, without the last block and the trailer, and with too many pixels.
        #expect(try decoded(file.bytes(codes: codes), side: 4) == expected)
        #expect(try decoded(file.bytes(codes: codes).dropLast(2), side: 4) == expected)
        #expect(try decoded(file.bytes(codes: codes + [file.clear, 1, 2, 3]), side: 4) == expected)
        #expect(try decoded(file.bytes(codes: [file.clear, file.clear] + codes), side: 4) == expected)
    }

    @Test func `missing or damaged pixels are refused`() throws {
        let file = HandmadeGIF()
        let (clear, end) = (file.clear, file.end)
        expect("Its pixels end too early", file.bytes(codes: [clear, 0, 1, end]))
        expect("Its pixels end too early", file.bytes(codes: [clear, 0, 1]))
        expect("Its pixels end too early", file.bytes(codes: [clear, 0, 1]).dropLast(2))
        expect("Its pixels are damaged", file.bytes(codes: [clear, 0, 7]))
        expect("Its pixels are damaged", file.bytes(codes: [clear, 6]))
        var depth = file.bytes(codes: [clear])
        for tooMany in [0, 12, 255] as [UInt8] {
            depth[depth.count - 5] = tooMany
            expect("Its pixels are damaged", depth)
        }
    }

    private func expect(_ reason: String, _ upload: some Sequence<UInt8>, _ location: SourceLocation = #_sourceLocation)
    {
        #expect(throws: ImageError.corrupt(.gif, reason: reason), sourceLocation: location) {
            try decoded(Array(upload), side: 4)
        }
    }

    private func decoded(_ upload: some Sequence<UInt8>, side: Int, crop: PixelRect? = nil) throws -> TestPicture {
        let upload = Array(upload)
        let target = try DecodingTarget(upload, side: side, crop: crop)
        return try TestPicture(GIFDecoding(target: target).image(of: upload))
    }
}
