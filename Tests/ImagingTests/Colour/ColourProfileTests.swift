import CImaging
import Testing

@testable import Imaging

@Suite struct ColourProfileTests {
    private static let profiles = [
        TestProfile.displayP3, TestProfile.adobe, TestProfile.swapped, TestProfile.rgb(gamma: 1.8),
    ]
    private let processor = ImageProcessor(limits: ImageLimits(), output: ImageOutput(sides: [24], formats: [.png]))
    private let picture = TestPicture.waves(width: 48, height: 48)

    @Test(arguments: profiles, [ImageFormat.jpeg, .png, .webp])
    func `colours are converted from their profile to sRGB`(_ profile: [UInt8], _ format: ImageFormat) throws {
        let upload = picture.encoded(as: format, quality: format == .webp ? 101 : 100)
        let plain = try square(of: upload)
        let result = try square(of: Metadata.added(profile: profile, to: upload, format))
        expect(result, TestProfile.converted(plain.pixels, by: profile, portraitd_layout_rgba))
        // Shrinking before or after the conversion gives the same result.
        let whole = TestProfile.converted(picture.pixels, by: profile, portraitd_layout_rgba)
        let reference = TestPicture(width: 48, height: 48) { whole[$1 * 48 + $0] }.shrunk(to: 24)
        #expect(result.psnr(reference) > 38)
    }

    @Test(arguments: [ImageFormat.jpeg, .png, .webp])
    func `a red of the profile becomes red in sRGB`(_ format: ImageFormat) throws {
        let blue = TestPicture(width: 16, height: 16) { _, _ in Pixel(0, 0, 255, 255) }
        let upload = blue.encoded(as: format, quality: format == .webp ? 101 : 100)
        let result = try square(of: Metadata.added(profile: TestProfile.swapped, to: upload, format))
        #expect(result.pixels.allSatisfy { $0.isClose(to: Pixel(255, 0, 0, 255), within: 4) }, "\(result[0, 0])")
    }

    @Test func `the conversion keeps transparency`() throws {
        let fading = TestPicture(width: 24, height: 24) { x, _ in Pixel(200, 90, 40, UInt8(x * 10)) }
        let result = try square(of: Metadata.added(profile: TestProfile.swapped, to: fading.encoded(as: .png), .png))
        #expect(result.pixels.allSatisfy { $0.w < 20 || $0.isClose(to: Pixel(40, 90, 200, $0.w), within: 12) })
        #expect(Set(result.pixels.map(\.w)).count > 20)
    }

    @Test(arguments: [ImageFormat.jpeg, .png])
    func `a grey picture is converted from a grey profile`(_ format: ImageFormat) throws {
        let plain =
            format == .jpeg
            ? FlatJPEG.bytes(components: [100])
            : HandmadePNG(colourType: 0).bytes(width: 8, height: 8) { _, _ in [100] }
        let upload = try Metadata.added(profile: TestProfile.brightGrey, to: plain, format)
        let expected = TestProfile.converted([Pixel(100, 0, 0, 255)], by: TestProfile.brightGrey, portraitd_layout_grey)
        #expect(expected[0].x > 150)
        try expect(square(of: upload), [Pixel](repeating: expected[0], count: 24 * 24))
        // A colour picture ignores a grey profile.
        let colour = picture.encoded(as: format)
        let wrong = try Metadata.added(profile: TestProfile.brightGrey, to: colour, format)
        #expect(try square(of: wrong) == square(of: colour))
    }

    @Test(arguments: [nil, 0] as [UInt8?])
    func `ink is converted from its profile`(_ adobe: UInt8?) throws {
        let ink: [UInt8] = [200, 120, 30, 60]
        let stored = ink.map { ~$0 }
        let profile = TestProfile.ink()
        let plain = FlatJPEG.bytes(components: stored, adobe: adobe)
        let upload = try Metadata.added(profile: profile, to: plain, .jpeg)
        let pixel = Pixel(stored[0], stored[1], stored[2], stored[3])
        var expected = TestProfile.converted([pixel], by: profile, portraitd_layout_inverted_cmyk)[0]
        expected.w = 255
        try expect(square(of: upload), [Pixel](repeating: expected, count: 24 * 24))
        #expect(try square(of: upload) != square(of: plain))
        let wrong = try Metadata.added(profile: TestProfile.swapped, to: plain, .jpeg)
        #expect(try square(of: wrong) == square(of: plain))
    }

    @Test(arguments: [1, 100, 233])
    func `the parts of a profile may come in any order`(_ parts: Int) throws {
        let jpeg = picture.encoded(as: .jpeg)
        let (profile, size) = (TestProfile.swapped, (TestProfile.swapped.count + parts - 1) / parts)
        let whole = try square(of: Metadata.added(profile: profile, to: jpeg, .jpeg))
        let cut = try Metadata.added(profile: profile, to: jpeg, .jpeg, part: size) { $0.reversed() }
        #expect(try square(of: cut) == whole)
        #expect(try whole != square(of: jpeg))
        // A profile with a missing or repeated part is ignored.
        for change in [{ Array($0.dropLast()) }, { $0 + [$0[0]] }] as [([[UInt8]]) -> [[UInt8]]] {
            let broken = try Metadata.added(profile: profile, to: jpeg, .jpeg, part: size, shuffle: change)
            #expect(try square(of: broken) == square(of: jpeg))
        }
    }

    @Test(arguments: [ImageFormat.jpeg, .png, .webp])
    func `a broken profile is not refused`(_ format: ImageFormat) throws {
        let upload = TestPicture.quadrants(width: 9, height: 9).encoded(as: format)
        var generator = SeededGenerator(seed: 11)
        for profile in Self.profiles + [TestProfile.ink(), TestProfile.brightGrey] {
            _ = try square(of: Metadata.added(profile: Array(profile.prefix(200)), to: upload, format))
            for _ in 0..<20 {
                var changed = profile
                for _ in 0..<4 { changed[.random(in: 0..<min(400, profile.count), using: &generator)] ^= 0x5A }
                _ = try square(of: Metadata.added(profile: changed, to: upload, format))
            }
        }
    }

    @Test func `a program in a profile is not run`() throws {
        let profile = TestProfile.withPipeline(TestProfile.swapped, steps: 3)
        let colours = [Pixel(200, 90, 40, 255)]
        let plain = TestProfile.converted(colours, by: TestProfile.swapped, portraitd_layout_rgba)
        #expect(TestProfile.converted(colours, by: profile, portraitd_layout_rgba) != plain)
        let transform = try #require(ColourTransform(toSRGBFrom: .icc(profile, .rgb)))
        var converted = colours
        transform.convert(&converted)
        #expect(converted[0].isClose(to: plain[0], within: 1))
    }

    @Test func `a profile of half a million steps takes bounded time`() throws {
        let profile = TestProfile.withPipeline(TestProfile.swapped, steps: 500_000)
        let time = ContinuousClock().measure { _ = ColourTransform(toSRGBFrom: .icc(profile, .rgb)) }
        #expect(time < .seconds(1))
    }

    @Test func `a profile that would be enormous is not inflated`() throws {
        var profile = TestProfile.swapped
        profile.replaceSubrange(0..<4, with: [0x10, 0, 0, 0])
        let png = picture.encoded(as: .png)
        let upload = try Metadata.added(profile: profile, to: png, .png)
        #expect(try square(of: upload) == square(of: png))
    }

    private func square(of upload: [UInt8]) throws -> TestPicture {
        let variant = try processor.process(upload, crop: nil).variant
        return try #require(TestPicture(decoding: variant.bytes, as: .png))
    }

    private func expect(_ result: TestPicture, _ pixels: [Pixel], _ location: SourceLocation = #_sourceLocation) {
        let isEqual = zip(result.pixels, pixels).allSatisfy { $0.isClose(to: $1, within: 2) }
        #expect(isEqual, "\(result.pixels[0]) \(pixels[0])", sourceLocation: location)
    }
}
