import Glibc
import Testing

@testable import Imaging

@Suite struct GDImageTests {
    /// A disc whose edge fades over its whole radius, in all 256 alphas.
    private static let soft = TestPicture(width: 64, height: 64) { x, y in
        let (dx, dy) = (Double(x) - 31.5, Double(y) - 31.5)
        let alpha = 255 * (1 - (dx * dx + dy * dy).squareRoot() / 32)
        return Pixel(UInt8(3 * x), UInt8(3 * y), 90, UInt8(max(0, alpha)))
    }

    @Test(arguments: UInt8.min...UInt8.max)
    func `a stored alpha differs by at most one level`(_ alpha: UInt8) throws {
        var image = try GDImage(width: 1, height: 1)
        image.write([Pixel(1, 2, 3, alpha)].span, row: 0)
        let kept = image[0, 0]
        #expect(kept.isClose(to: Pixel(1, 2, 3, alpha), within: 1))
        #expect([0, 255].contains(alpha) ? kept.w == alpha : true)
        // Storing the result again loses nothing.
        image.write([kept].span, row: 0)
        #expect(image[0, 0] == kept)
    }

    @Test(arguments: [ImageFormat.png, .webp])
    func `soft edges from the upload or the master differ by at most one level`(
        _ format: ImageFormat
    ) throws {
        let upload = HandmadePNG(colourType: 6).bytes(width: 64, height: 64) { x, y in
            let pixel = Self.soft[x, y]
            return [Int(pixel.x), Int(pixel.y), Int(pixel.z), Int(pixel.w)]
        }
        let alone = try ImageProcessor(limits: ImageLimits(), output: ImageOutput(sides: [64], formats: [format]))
            .process(upload, crop: nil).variant
        let kept = ImageProcessor(limits: ImageLimits(), output: ImageOutput(sides: [32, 64], formats: [format]))
        let processed = try kept.process(upload, crop: nil)
        let master = try #require(processed.master)
        for bytes in [alone.bytes, processed.variant.bytes, master.bytes] {
            let alphas = try alphas(of: bytes)
            #expect(zip(alphas, Self.soft.pixels).allSatisfy { abs(Int($0) - Int($1.w)) <= 1 })
        }
        #expect(try alphas(of: alone.bytes) == alphas(of: processed.variant.bytes))
        // A shrunk alpha is a mean of the master's alphas, which differ by at most one level, and is stored once more.
        let small = try alphas(of: kept.render(master.bytes, side: 32, format: format).bytes)
        let errors = zip(small, Self.soft.shrunk(to: 32).pixels).map { abs(Int($0) - Int($1.w)) }
        #expect(errors.max() ?? 9 <= 2)
        #expect(Double(errors.reduce(0, +)) / Double(errors.count) < 1)
    }

    @Test(arguments: 1...8) func `every orientation is turned pixel by pixel`(_ value: Int) throws {
        let picture = TestPicture.waves(width: 13, height: 13)
        let orientation = try #require(ExifOrientation(rawValue: value))
        #expect(try TestPicture(picture.stored(as: value).image().upright(orientation)) == picture)
    }

    @Test func `a centred crop keeps its pixels`() throws {
        let picture = TestPicture(width: 9, height: 9) { Pixel(UInt8($0), UInt8($1), 7, $0 > 4 ? 129 : 255) }
        let centre = TestPicture(width: 4, height: 7) { picture[$0 + 2, $1 + 1] }
        #expect(try TestPicture(picture.image().centre(width: 4, height: 7)) == centre)
        #expect(try TestPicture(picture.image().centre(width: 9, height: 9)) == picture)
    }

    @Test func `transparency is mixed with the background within two levels`() throws {
        let result = try TestPicture(Self.soft.image().on(RGBColour(red: 200, green: 10, blue: 60)))
        for (mixed, pixel) in zip(result.pixels, Self.soft.pixels) {
            let (colour, alpha) = (SIMD4<Float>(SIMD4<UInt32>(truncatingIfNeeded: pixel)), Float(pixel.w) / 255)
            let expected = colour * alpha + SIMD4(200, 10, 60, 0) * (1 - alpha) + 0.5
            let rounded = Pixel(UInt8(expected.x), UInt8(expected.y), UInt8(expected.z), 255)
            #expect(mixed.isClose(to: rounded, within: 2), "\(pixel)")
        }
    }

    @Test func `a picture without enough memory is an error, and libgd prints nothing`() throws {
        let (stderr, file) = unsafe (dup(2), tmpfile())
        defer { unsafe fclose(file) }
        unsafe dup2(fileno(file), 2)
        #expect(throws: ImageError.outOfMemory) { _ = try GDImage(width: 1 << 20, height: 1 << 20) }
        dup2(stderr, 2)
        close(stderr)
        var text = [UInt8](repeating: 0, count: 4096)
        unsafe rewind(file)
        let count = unsafe fread(&text, 1, text.count, file)
        #expect(!String(decoding: text[..<count], as: UTF8.self).lowercased().contains("memory"))
    }

    private func alphas(of bytes: [UInt8]) throws -> [UInt8] {
        let picture =
            bytes.starts(with: "RIFF".utf8)
            ? TestPicture(decodingWebP: bytes) : TestPicture(decoding: bytes, as: .png)
        return try #require(picture).pixels.map(\.w)
    }
}
