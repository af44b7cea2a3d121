import Testing

@testable import Imaging

@Suite struct WebPTests {
    @Test func `every alpha is decoded exactly`() throws {
        let picture = TestPicture(width: 16, height: 16) { Pixel(200, 100, 50, UInt8($1 * 16 + $0)) }
        let expected = picture.pixels.map { $0.w == 0 ? .zero : $0.kept }
        #expect(try decoded(picture.webp(), side: 16).pixels == expected)
    }

    @Test(
        arguments: [nil, 95] as [Float?],
        [(0, 0, 50), (1, 1, 49), (7, 2, 60), (2, 7, 41), (50, 13, 53), (39, 2, 64)]
    )
    func `any part is shrunk to the plain average`(_ quality: Float?, _ part: (x: Int, y: Int, side: Int)) throws {
        let picture = TestPicture.waves(width: 103, height: 66)
        let crop = PixelRect(x: part.x, y: part.y, width: part.side, height: part.side)
        for side in [1, 7, 10, 20, 24, 25, 26, 40] {
            let result = try decoded(picture.webp(quality: quality), side: side, crop: crop)
            let reference = picture.cropped(x: part.x, y: part.y, side: part.side).shrunk(to: side)
            let shown = TestPicture(width: side, height: side) { result.pixels[$1 * side + $0] }
            #expect(shown.psnr(reference) > (quality == nil ? 45 : 36), "\(side)")
        }
    }

    @Test(arguments: [31, 32]) func `pixels beside a crop are not mixed into it`(_ place: Int) throws {
        let inside = place..<place + 101
        let picture = TestPicture(width: 160, height: 160) { x, y in
            inside ~= x && inside ~= y ? Pixel(20, 20, 20, 255) : Pixel(255, 255, 255, 255)
        }
        let crop = PixelRect(x: place, y: place, width: 101, height: 101)
        let result = try decoded(picture.webp(quality: 95), side: 10, crop: crop)
        #expect(result.pixels.allSatisfy { $0.isClose(to: Pixel(20, 20, 20, 255), within: 8) }, "\(result.pixels[0])")
    }

    @Test(arguments: [nil, 90] as [Float?])
    func `transparent pixels leave no fringes after shrinking`(_ quality: Float?) throws {
        let picture = TestPicture(width: 90, height: 90) { x, y in
            (x - 45) * (x - 45) + (y - 45) * (y - 45) < 1600 ? Pixel(240, 240, 240, 255) : Pixel(0, 0, 0, 0)
        }
        let result = try decoded(picture.webp(quality: quality), side: 11)
        #expect(result.pixels.contains { 1...254 ~= $0.w })
        #expect(result.pixels.allSatisfy { $0.w < 16 || $0.isClose(to: Pixel(240, 240, 240, $0.w), within: 12) })
        #expect(result.pixels[0].w == 0 && result.pixels[60].w == 255)
    }

    @Test func `the first frame of an animation has its place on the picture`() throws {
        let first = TestPicture(width: 9, height: 7) { x, _ in x < 5 ? .red : .green }
        let second = TestPicture(width: 20, height: 20) { _, _ in .blue }
        let upload = TestPicture.animation(width: 20, height: 20, [(4, 6, first), (0, 0, second)])
        let result = try decoded(upload, side: 20)
        let expected = TestPicture(width: 20, height: 20) { x, y in
            4..<13 ~= x && 6..<13 ~= y ? first[x - 4, y - 6] : .zero
        }
        #expect(result.pixels == expected.pixels)

        let corner = try decoded(upload, side: 5, crop: PixelRect(x: 7, y: 9, width: 5, height: 5))
        #expect(corner.pixels == expected.cropped(x: 7, y: 9, side: 5).pixels)
        let outside = try decoded(upload, side: 3, crop: PixelRect(x: 14, y: 1, width: 5, height: 5))
        #expect(outside.pixels.allSatisfy { $0 == .zero })
    }

    @Test(arguments: [3, 8, 30])
    func `a full-size first frame is shrunk like a still picture`(_ side: Int) throws {
        let picture = TestPicture.waves(width: 31, height: 25)
        let next = TestPicture.quadrants(width: 5, height: 5)
        let upload = TestPicture.animation(width: 31, height: 25, [(0, 0, picture), (0, 0, next)])
        let difference = try zip(decoded(upload, side: side).pixels, decoded(picture.webp(), side: side).pixels)
        #expect(difference.allSatisfy { $0 == $1 })
    }

    @Test(arguments: [nil, 80] as [Float?])
    func `missing pixels are refused even if the sizes match`(_ quality: Float?) throws {
        let whole = TestPicture.waves(width: 64, height: 64).webp(quality: quality)
        let type = String(decoding: whole[12..<16], as: UTF8.self)
        let payload = whole.dropFirst(20)
        func upload(_ share: Int) -> [UInt8] {
            let chunk = Metadata.riff(type, Array(payload.prefix(payload.count * share / 100)))
            return Metadata.riff("RIFF", Array("WEBP".utf8) + chunk)
        }
        _ = try decoded(upload(100), side: 8)
        for share in [30, 60, 90] {
            #expect(throws: ImageError.self, "\(share) %") { try decoded(upload(share), side: 8) }
        }
    }

    @Test func `an animation that is truncated anywhere is refused`() throws {
        let frame = TestPicture.waves(width: 12, height: 12)
        let next = TestPicture.quadrants(width: 4, height: 4)
        let upload = TestPicture.animation(width: 12, height: 12, [(0, 0, frame), (2, 2, next)])
        _ = try decoded(upload, side: 4)
        for length in stride(from: 0, to: upload.count, by: 3) {
            #expect(throws: ImageError.self) { try decoded(Array(upload.prefix(length)), side: 4) }
        }
        let empty = TestPicture.animation(width: 12, height: 12, [])
        #expect(throws: ImageError.corrupt(.webp, reason: "Its first frame is damaged or incomplete")) {
            try decoded(empty, side: 4)
        }
    }

    @Test func `changed bytes of an animation never crash`() throws {
        var generator = SeededGenerator(seed: 8)
        let upload = TestPicture.animation(width: 20, height: 20, [(4, 6, .quadrants(width: 9, height: 7))])
        for _ in 0..<1000 {
            var changed = upload
            for _ in 0...2 {
                changed[.random(in: 8..<upload.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            _ = try? decoded(changed, side: 4)
        }
    }

    private func decoded(_ upload: [UInt8], side: Int, crop: PixelRect? = nil) throws -> TestPicture {
        let header = try ImageHeader.read(upload)
        guard header.width * header.height <= 100_000 else { throw ImageError.outOfMemory }
        let target = try DecodingTarget(upload, side: side, crop: crop)
        return try TestPicture(WebPDecoding(target: target).image(of: upload))
    }
}
