import CImaging
import Testing

@testable import Imaging

/// The cICP chunk of PNG (third edition) §11.3.2.6.
@Suite struct PNGCodePointsTests {
    private let waves = TestPicture.waves(width: 60, height: 60)

    @Test(arguments: [(12, 13), (9, 13), (1, 8), (9, 16), (9, 18), (12, 16), (5, 6), (6, 13)] as [(UInt8, UInt8)])
    func `code points have the same effect as in AVIF`(_ primaries: UInt8, _ transfer: UInt8) throws {
        let options = AVIFOptions(primaries: Int(primaries), transfer: Int(transfer), quantizer: 0)
        let avif = waves.avif(options)
        let target = try DecodingTarget(avif, side: 30, crop: nil)
        let expected = TestPicture(try AVIFDecoding(target: target).image(of: avif))
        for depth in [8, 16] {
            #expect(try picture([chunk([primaries, transfer, 0, 1])], depth: depth).psnr(expected) > 36)
        }
    }

    @Test func `HDR is neither grey nor dark`() throws {
        // In PQ, page white is at 58 % of the range.
        let file = HandmadePNG(depth: 16, chunks: [chunk([9, 16, 0, 1])])
        let upload = file.bytes(width: 4, height: 4) { _, _ in [38_000, 20_000, 20_000] }
        let pixel = try decoded(upload, side: 4).pixels[0]
        #expect(pixel.x == 255 && pixel.y < 60 && pixel.z < 60, "\(pixel)")
    }

    @Test(arguments: [
        [Metadata.chunk("gAMA", Metadata.big(100_000, 4))], [Metadata.chunk("sRGB", [0])], [profile],
    ])
    func `the chunk overrides other colour chunks in any position`(_ others: [[UInt8]]) throws {
        let sRGB = try picture([])
        let swapped = try picture([chunk([12, 13, 0, 1])])
        for others in [others + [chunk([1, 13, 0, 1])], [chunk([1, 13, 0, 1])] + others] {
            #expect(try picture(others) == sRGB)
        }
        #expect(try picture(others + [chunk([12, 13, 0, 1])]) == swapped)
        #expect(swapped != sRGB)
    }

    @Test(arguments: [
        // Unspecified, reserved or unknown numbers, the matrix of YCbCr, an invalid range, a wrong length.
        [2, 13, 0, 1], [12, 2, 0, 1], [0, 13, 0, 1], [3, 13, 0, 1], [12, 3, 0, 1], [40, 13, 0, 1], [12, 99, 0, 1],
        [12, 13, 1, 1], [12, 13, 9, 1], [12, 13, 0, 2], [12, 13, 0], [12, 13, 0, 1, 0], [],
    ])
    func `a chunk without usable code points leaves the colours to other chunks`(_ content: [UInt8]) throws {
        #expect(try picture([chunk(content), Self.profile]) == picture([Self.profile]))
    }

    @Test func `a chunk that is damaged or follows the pixels is ignored`() throws {
        var damaged = chunk([12, 13, 0, 1])
        damaged[damaged.count - 1] ^= 1
        #expect(try picture([damaged]) == picture([]))
        let file = HandmadePNG().bytes(width: 4, height: 4) { x, y in [x * 60, y * 60, 9] }
        let late = file.dropLast(12) + chunk([12, 13, 0, 1]) + file.suffix(12)
        #expect(try decoded(Array(late), side: 4) == decoded(file, side: 4))
    }

    @Test(arguments: [8, 16]) func `a narrow range is expanded to the full range`(_ depth: Int) throws {
        let unit = depth == 8 ? 1 : 257
        let file = HandmadePNG(depth: depth, chunks: [chunk([1, 13, 0, 0])])
        let upload = file.bytes(width: 4, height: 4) { x, y in
            y == 0 ? [[0, 16, 235, 255][x] * unit, 16 * unit, 235 * unit] : [126 * unit, 126 * unit, 126 * unit]
        }
        let result = try decoded(upload, side: 4)
        #expect(result.pixels.prefix(4).map(\.x) == [0, 0, 255, 255])
        #expect(result.pixels[0].y == 0 && result.pixels[0].z == 255)
        #expect(result.pixels[4].isClose(to: Pixel(128, 128, 128, 255), within: 1), "\(result.pixels[4])")
    }

    private static let profile = Metadata.chunk(
        "iCCP",
        Array("Profile\0\0".utf8) + HandmadePNG.zlib(TestProfile.swapped)
    )

    private func chunk(_ content: [UInt8]) -> [UInt8] { Metadata.chunk("cICP", content) }

    private func picture(_ chunks: [[UInt8]], depth: Int = 8) throws -> TestPicture {
        let upload = HandmadePNG(depth: depth, chunks: chunks).bytes(width: 60, height: 60) { x, y in
            let pixel = waves[x, y]
            return [pixel.x, pixel.y, pixel.z].map { Int($0) * (depth == 8 ? 1 : 257) }
        }
        return try decoded(upload, side: 30)
    }

    private func decoded(_ upload: [UInt8], side: Int) throws -> TestPicture {
        let target = try DecodingTarget(upload, side: side, crop: nil)
        return TestPicture(try PNGDecoding(target: target).image(of: upload))
    }
}
