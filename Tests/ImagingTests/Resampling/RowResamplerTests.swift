import Testing

@testable import Imaging

@Suite struct RowResamplerTests {
    @Test(arguments: [(97, 97, 41), (133, 133, 20), (64, 64, 16), (50, 50, 49), (200, 200, 1)])
    func `shrinking is the average over the area`(_ width: Int, _ height: Int, _ side: Int) throws {
        let picture = TestPicture.waves(width: width, height: height)
        let result = try resample(picture, SourceSquare(PixelRect(x: 0, y: 0, width: width, height: width)), to: side)
        #expect(result.psnr(picture.shrunk(to: side)) > 55)
    }

    @Test func `noise is averaged`() throws {
        var generator = SeededGenerator(seed: 7)
        let picture = TestPicture(width: 61, height: 61) { _, _ in
            Pixel(.random(in: 0...255, using: &generator), .random(in: 0...255, using: &generator), 9, 255)
        }
        let result = try resample(picture, SourceSquare(PixelRect(x: 0, y: 0, width: 61, height: 61)), to: 17)
        #expect(result.psnr(picture.shrunk(to: 17)) > 50)
    }

    @Test func `a square that begins between two pixels includes a share of both`() throws {
        // At 1/8 of the size, the square from 4 to 20 becomes the one from 0.5 to 2.5.
        let square = SourceSquare(PixelRect(x: 4, y: 4, width: 16, height: 16), eighths: 1)
        let picture = TestPicture(width: 3, height: 3) { x, _ in Pixel(UInt8(x * 100), 0, 0, 255) }
        let result = try resample(picture, square, to: 1)
        #expect(result.pixels == [Pixel(100, 0, 0, 255)])
    }

    @Test(arguments: [1, 2, 3, 5, 16])
    func `the same size gives the same pixels`(_ side: Int) throws {
        let picture = TestPicture.waves(width: side, height: side)
        let result = try resample(picture, SourceSquare(PixelRect(x: 0, y: 0, width: side, height: side)), to: side)
        #expect(result == picture)
    }

    @Test func `enlarging is smooth and symmetric`() throws {
        let picture = TestPicture(width: 4, height: 4) { x, _ in Pixel(x < 2 ? 20 : 240, 0, 0, 255) }
        let line = try resample(picture, SourceSquare(PixelRect(x: 0, y: 0, width: 4, height: 4)), to: 64)
            .pixels.prefix(64).map { Int($0.x) }
        let steps = zip(line, line.dropFirst()).map { $1 - $0 }
        #expect(steps.max() ?? 0 <= 22)
        #expect(steps[20..<43].allSatisfy { $0 >= 0 })
        #expect(zip(line, line.reversed()).allSatisfy { abs($0 + $1 - 260) <= 1 })
    }

    @Test func `a picture of one pixel fills any square`() throws {
        let picture = TestPicture(width: 1, height: 1) { _, _ in .green }
        let result = try resample(picture, SourceSquare(PixelRect(x: 0, y: 0, width: 1, height: 1)), to: 9)
        #expect(result.pixels.allSatisfy { $0 == .green })
    }

    @Test(arguments: [3, 40])
    func `the colour of transparent pixels does not show`(_ side: Int) throws {
        let picture = TestPicture(width: 16, height: 16) { x, _ in
            x < 9 ? Pixel(200, 0, 0, 255) : Pixel(0, 255, 0, 0)
        }
        let square = SourceSquare(PixelRect(x: 0, y: 0, width: 16, height: 16))
        let result = try resample(picture, square, to: side, isOpaque: false)
        #expect(result.pixels.contains { 1...254 ~= $0.w })
        #expect(result.pixels.allSatisfy { $0.w == 0 || $0.isClose(to: Pixel(200, 0, 0, $0.w), within: 1) })
    }

    private func resample(
        _ picture: TestPicture,
        _ square: SourceSquare,
        to side: Int,
        isOpaque: Bool = true
    ) throws -> TestPicture {
        var resampler = try RowResampler<UInt8>(square, side: side, isOpaque: isOpaque)
        for y in square.rows {
            let row = square.columns.map { picture[$0, y] }
            resampler.push(row.span)
        }
        return TestPicture(resampler.image)
    }
}
