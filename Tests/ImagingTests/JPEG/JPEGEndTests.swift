import Testing

@testable import Imaging

/// JPEG files without an end of image are accepted if they have every pixel.
@Suite struct JPEGEndTests {
    private typealias Scan = CoefficientJPEG.Scan

    private static let picture = CoefficientJPEG(
        width: 83,
        height: 75,
        sampling: [(2, 2), (1, 1), (1, 1)],
        seed: 4
    )

    /// The complete coefficients, in two scans for each component.
    private static let script =
        [Scan(components: [0, 1, 2], band: 0...0)] + (0..<3).map { Scan(components: [$0], band: 1...63, low: 1) }
        + (0..<3).map { Scan(components: [$0], band: 1...63, high: 1) }

    // Sides that our own decoder shrinks to an eighth, that libjpeg shrinks a little, and without shrinking.
    @Test(arguments: [8, 40, 75], ["baseline", "progressive"])
    func `only the end of image may be missing`(_ side: Int, _ kind: String) throws {
        let upload = kind == "baseline" ? Self.picture.baseline : Self.picture.progressive(Self.script)
        let whole = try square(of: upload, side: side)
        for missing in 1...2 {
            #expect(try square(of: upload.dropLast(missing), side: side).psnr(whole) > 25)
        }
        for missing in [4, 5, 10, 100, upload.count / 2] {
            #expect(throws: ImageError.self, "\(missing)") { try square(of: upload.dropLast(missing), side: side) }
        }
    }

    @Test func `a scan may not be missing`() throws {
        let upload = Self.picture.progressive(Self.script)
        let scans = upload.indices.dropLast().filter { upload[$0] == 0xFF && upload[$0 + 1] == 0xDA }
        #expect(scans.count == Self.script.count)
        for scan in scans.dropFirst() {
            // An end of image declares that no scan follows.
            #expect(throws: ImageError.corrupt(.jpeg, reason: "Premature end of JPEG file")) {
                try square(of: upload[..<scan], side: 8)
            }
        }
        for header in [1, 2, 3, 5, 9] {
            #expect(throws: ImageError.self) { try square(of: upload[..<(scans[4] + header)], side: 8) }
        }
    }

    @Test func `other bytes may replace the end of image`() throws {
        let whole = try square(of: Self.picture.baseline, side: 40)
        for bytes in [[0], [0xFF], [0, 1, 2, 3, 0xFF, 0]] as [[UInt8]] {
            #expect(try square(of: Self.picture.baseline.dropLast(2) + bytes, side: 40).psnr(whole) > 25)
        }
    }

    @Test func `with arithmetic coding a missing end of image is refused`() throws {
        let frame = Metadata.segment(0xC9, [8, 0, 8, 0, 8, 1, 1, 0x11, 0])
        let scan = Metadata.segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0xFF, 0, 0xE8, 0x60]
        let quantization = Metadata.segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
        let upload = [0xFF, 0xD8] + quantization + frame + scan
        _ = try square(of: upload + [0xFF, 0xD9], side: 8)
        #expect(throws: ImageError.corrupt(.jpeg, reason: "Premature end of JPEG file")) {
            try square(of: upload, side: 8)
        }
    }

    private func square(of jpeg: some Sequence<UInt8>, side: Int) throws -> TestPicture {
        let processor = ImageProcessor(limits: ImageLimits(), output: ImageOutput(sides: [side], formats: [.png]))
        let bytes = try processor.process(Array(jpeg), crop: nil).variant.bytes
        return try #require(TestPicture(decoding: bytes, as: .png))
    }
}
