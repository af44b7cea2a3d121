import Testing

@testable import Imaging

@Suite struct PNGTests {
    private static let grey = [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (4, 8), (4, 16)]
    private static let colour = [(2, 8), (2, 16), (6, 8), (6, 16)]

    @Test(arguments: grey + colour, [false, true])
    func `each colour type and depth is decoded exactly`(_ kind: (type: Int, depth: Int), _ isInterlaced: Bool) throws {
        var generator = SeededGenerator(seed: UInt64(kind.type * 16 + kind.depth))
        let samples = [0: 1, 2: 3, 4: 2, 6: 4][kind.type] ?? 0
        let largest = 1 << kind.depth - 1
        let picture = (0..<11 * 11).map { _ in
            (0..<samples).map { _ in Int.random(in: 0...largest, using: &generator) }
        }
        let file = HandmadePNG(colourType: kind.type, depth: kind.depth, isInterlaced: isInterlaced)
        let result = try decoded(file.bytes(width: 11, height: 11) { picture[$1 * 11 + $0] }, side: 11)
        let expected = picture.map { samples in
            let bytes = samples.map { UInt8((Double($0) * 255 / Double(largest)).rounded()) }
            let colour = kind.type & 2 == 0 ? [bytes[0], bytes[0], bytes[0]] : Array(bytes[..<3])
            let alpha = kind.type & 4 == 0 ? 255 : bytes[bytes.count - 1]
            return alpha == 0 ? .zero : Pixel(colour[0], colour[1], colour[2], alpha).kept
        }
        #expect(result.pixels == expected)
    }

    @Test(arguments: [1, 2, 4, 8], [false, true])
    func `a palette can have an alpha for each colour`(_ depth: Int, _ isInterlaced: Bool) throws {
        let palette: [Pixel] = [.red, Pixel(1, 2, 3, 77)]
        let file = HandmadePNG(
            colourType: 3,
            depth: depth,
            isInterlaced: isInterlaced,
            chunks: [
                Metadata.chunk("PLTE", palette.flatMap { [$0.x, $0.y, $0.z] }),
                Metadata.chunk("tRNS", palette.map(\.w)),
            ]
        )
        let result = try decoded(file.bytes(width: 9, height: 9) { [($0 + $1) % 2] }, side: 9)
        let expected = (0..<81).map { palette[$0 % 2].kept }
        #expect(result.pixels == expected)
    }

    @Test func `a transparent colour of 16 bits does not match a similar colour`() throws {
        let file = HandmadePNG(depth: 16, chunks: [Metadata.chunk("tRNS", [1, 2, 3, 4, 5, 6])])
        let result = try decoded(file.bytes(width: 2, height: 2) { x, _ in [0x0102, 0x0304, 0x0506 + x] }, side: 2)
        #expect(result.pixels.map(\.w) == [0, 255, 0, 255])
    }

    @Test(arguments: [(1, 1), (2, 3), (5, 4), (4, 5), (1, 9), (9, 1), (17, 8)])
    func `a small interlaced picture may have empty passes`(_ width: Int, _ height: Int) throws {
        let file = HandmadePNG(isInterlaced: true).bytes(width: width, height: height) { [$0 * 9, $1 * 9, 7] }
        let side = min(width, height)
        let (left, top) = ((width - side) / 2, (height - side) / 2)
        let result = try decoded(file, side: side)
        let expected = (0..<side * side).map {
            Pixel(UInt8((left + $0 % side) * 9), UInt8((top + $0 / side) * 9), 7, 255)
        }
        #expect(result.pixels == expected)
    }

    @Test(arguments: [7, 40, 90])
    func `an interlaced picture equals the same picture without interlacing`(_ side: Int) throws {
        let picture = TestPicture.waves(width: 61, height: 83)
        let crop = PixelRect(x: 9, y: 20, width: 50, height: 50)
        let results = try [false, true].map { isInterlaced in
            let file = HandmadePNG(colourType: 6, isInterlaced: isInterlaced)
            let bytes = file.bytes(width: 61, height: 83) { x, y in
                let pixel = picture[x, y]
                return [Int(pixel.x), Int(pixel.y), Int(pixel.z), 255 - y]
            }
            return try decoded(bytes, side: side, crop: crop)
        }
        #expect(zip(results[0].pixels, results[1].pixels).allSatisfy { $0.isClose(to: $1, within: 1) })
        #expect(results[0].pixels.contains { $0.w > 200 } && results[0].pixels.contains { $0.w < 190 })
    }

    @Test(arguments: [1, 3, 64, 300], [UInt8(255), 129])
    func `noise fits into the output buffer`(_ side: Int, _ alpha: UInt8) throws {
        var generator = SeededGenerator(seed: 5)
        let pixels = (0..<side * side).map { _ in
            let bits = generator.next()
            return Pixel(UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8), 9, alpha)
        }
        let picture = TestPicture(width: side, height: side) { pixels[$1 * side + $0] }
        #expect(try decoded(picture.image().encoded(as: .png, ImageEncoding()), side: side) == picture)
    }

    private func decoded(_ upload: [UInt8], side: Int, crop: PixelRect? = nil) throws -> TestPicture {
        let target = try DecodingTarget(upload, side: side, crop: crop)
        return try TestPicture(PNGDecoding(target: target).image(of: upload))
    }
}
