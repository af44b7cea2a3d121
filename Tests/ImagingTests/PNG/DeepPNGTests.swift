import Testing

@testable import Imaging

/// PNG with 16 bits: 8 bits are not enough for linear light.
@Suite struct DeepPNGTests {
    private static let linear = [
        ("a gamma of 1", 2, Metadata.chunk("gAMA", Metadata.big(100_000, 4))),
        ("a gamma of 1 for grey", 0, Metadata.chunk("gAMA", Metadata.big(100_000, 4))),
        ("a gamma of 1 beside alpha", 6, Metadata.chunk("gAMA", Metadata.big(100_000, 4))),
        ("a profile", 2, profile(TestProfile.rgb(gamma: 1))),
        ("a profile for grey", 0, profile(TestProfile.grey(gamma: 1))),
    ]

    @Test(arguments: linear, [false, true])
    func `the dark levels of linear light are kept`(
        _ kind: (name: String, colourType: Int, chunk: [UInt8]),
        _ isInterlaced: Bool
    ) throws {
        let file = HandmadePNG(
            colourType: kind.colourType,
            depth: 16,
            isInterlaced: isInterlaced,
            chunks: [kind.chunk]
        )
        let count = [0: 1, 2: 3, 6: 4][kind.colourType] ?? 0
        let upload = file.bytes(width: 64, height: 64) { x, y in
            (0..<count).map { $0 == 3 ? 65_535 : 16 * (x + y) }
        }
        let target = try DecodingTarget(upload, side: 64, crop: nil)
        let result = try TestPicture(PNGDecoding(target: target).image(of: upload))
        for (index, pixel) in result.pixels.enumerated() {
            let light = Double(16 * (index % 64 + index / 64)) / 65_535
            let level = UInt8((255 * light.encodedAsSRGB).rounded())
            #expect(pixel.isClose(to: Pixel(level, level, level, 255), within: 1), "\(kind.name), \(index)")
        }
        #expect(Set(result.pixels.map(\.x)).count > 40)
    }

    @Test func `pixels are averaged before they are reduced to 8 bits`() throws {
        let file = HandmadePNG(colourType: 0, depth: 16, chunks: [Self.linear[0].2])
        let upload = file.bytes(width: 64, height: 64) { x, _ in [x % 2 * 257] }
        let target = try DecodingTarget(upload, side: 32, crop: nil)
        let level = UInt8((255 * (128.5 / 65_535).encodedAsSRGB).rounded())
        let expected = Pixel(level, level, level, 255)
        #expect(try TestPicture(PNGDecoding(target: target).image(of: upload)).pixels.allSatisfy { $0 == expected })
    }

    private static func profile(_ profile: [UInt8]) -> [UInt8] {
        Metadata.chunk("iCCP", Array("Profile\0\0".utf8) + HandmadePNG.zlib(profile))
    }
}
