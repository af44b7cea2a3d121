import CImaging
import Testing

@testable import Imaging

@Suite struct ColourTransformsTests {
    @Test func `an sRGB profile needs no conversion`() {
        let transforms = ColourTransforms()
        #expect(transforms.toSRGB(from: .icc(TestProfile.sRGB, .rgb)) == nil)
        #expect(transforms.toSRGB(from: .icc(TestProfile.displayP3, .rgb)) != nil)
        #expect(transforms.toSRGB(from: nil) == nil)
    }

    @Test func `a transform is created once, and the oldest are removed`() {
        let transforms = ColourTransforms()
        let first = transforms.toSRGB(from: .icc(TestProfile.adobe, .rgb))
        for step in 0..<20 {
            _ = transforms.toSRGB(from: .icc(TestProfile.rgb(gamma: 1 + Double(step) / 16), .rgb))
            #expect(transforms.toSRGB(from: .icc(TestProfile.adobe, .rgb)) === first)
        }
        #expect(first != nil)
        #expect(transforms.count == 8)
    }

    @Test(arguments: [(0.45455, 140), (0.35, 0), (0.55, 0), (0.7, 0), (1, 0), (2.5, 0)])
    func `the gamma of a PNG is applied`(_ gamma: Double, _ unchanged: Int) throws {
        let value = Metadata.chunk("gAMA", Metadata.big(Int((gamma * 100_000).rounded()), 4))
        let result = try pixel(Pixel(140, 140, 140, 255), with: [value])
        let profile = TestProfile.rgb(gamma: 1 / gamma)
        let converted = TestProfile.converted([Pixel(140, 140, 140, 255)], by: profile, portraitd_layout_rgba)[0]
        let expected = unchanged > 0 ? Pixel(140, 140, 140, 255) : converted
        #expect(result.isClose(to: expected, within: 1), "\(result) \(expected)")
    }

    @Test func `the primaries of a PNG are applied, except with an sRGB chunk`() throws {
        let primaries = [31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000].flatMap { Metadata.big($0, 4) }
        let chunks = [Metadata.chunk("gAMA", Metadata.big(45_455, 4)), Metadata.chunk("cHRM", primaries)]
        let colour = Pixel(90, 180, 120, 255)
        let adobe = TestProfile.rgb(green: (0.21, 0.71), gamma: 2.2)
        let expected = TestProfile.converted([colour], by: adobe, portraitd_layout_rgba)[0]
        #expect(try pixel(colour, with: chunks).isClose(to: expected, within: 1))
        #expect(expected.x < 60)
        #expect(try pixel(colour, with: [Metadata.chunk("sRGB", [0])] + chunks) == colour)
        #expect(try pixel(colour, with: chunks + [Metadata.chunk("sRGB", [0])]) == colour)
    }

    private func pixel(_ colour: Pixel, with chunks: [[UInt8]]) throws -> Pixel {
        let upload = HandmadePNG(chunks: chunks).bytes(width: 3, height: 3) { _, _ in
            [Int(colour.x), Int(colour.y), Int(colour.z)]
        }
        let output = ImageOutput(sides: [3], formats: [.png])
        let png = try ImageProcessor(limits: ImageLimits(), output: output).process(upload, crop: nil).variant.bytes
        return try #require(TestPicture(decoding: png, as: .png))[1, 1]
    }

    private static let curves: [ToneCurve] = [.power(1), .power(2.2), .sRGB, .pq, .hlg]

    @Test(arguments: curves) func `a tone curve rises from black to white`(_ curve: ToneCurve) {
        let light = stride(from: 0, through: 1, by: 1 / 64).map(curve.light)
        #expect(light[0] == 0)
        #expect(light[64] > 0.995 && light[64] <= 1)
        #expect(light == light.sorted())
    }

    @Test func `the sRGB curve matches IEC 61966-2-1`() {
        #expect(abs(ToneCurve.sRGB.light(0.5) - 0.21404) < 0.00001)
        #expect(abs(ToneCurve.sRGB.light(0.02) - 0.001548) < 0.000001)
    }

    /// ITU-R BT.2408 §2.1 and table 1: 58 % of PQ and 75 % of HLG are 203 cd/m², 38 % of both is 26 cd/m².
    @Test func `the two curves of HDR agree on page white and on grey`() {
        #expect(abs(ToneCurve.pq.light(0.581) - ToneCurve.hlg.light(0.75)) < 0.005)
        #expect(abs(ToneCurve.pq.light(0.38) - 26.0 / 203) < 0.01)
        #expect(abs(ToneCurve.hlg.light(0.38) - 26.0 / 203) < 0.02)
    }
}
