import Testing

@testable import Imaging

@Suite struct LimitTests {
    private func process(_ upload: [UInt8], _ limits: ImageLimits) throws {
        _ = try ImageProcessor(limits: limits, output: ImageOutput(sides: [4], formats: [.jpeg])).process(
            upload,
            crop: nil
        )
    }

    @Test(arguments: ImageFormat.allCases)
    func `the width, the height and their ratio may reach the limit but not exceed it`(_ format: ImageFormat) throws {
        let upload = TestPicture.quadrants(width: 40, height: 20).encoded(as: format)
        try process(upload, ImageLimits(maxWidth: 40, maxHeight: 20, maxAspect: 2))
        #expect(throws: ImageError.tooWide(width: 40, limit: 39)) { try process(upload, ImageLimits(maxWidth: 39)) }
        #expect(throws: ImageError.tooHigh(height: 20, limit: 19)) { try process(upload, ImageLimits(maxHeight: 19)) }
        #expect(throws: ImageError.tooLong(width: 40, height: 20, limit: 1)) {
            try process(upload, ImageLimits(maxAspect: 1))
        }
        let high = TestPicture.quadrants(width: 20, height: 41).encoded(as: format)
        #expect(throws: ImageError.tooLong(width: 20, height: 41, limit: 2)) {
            try process(high, ImageLimits(maxAspect: 2))
        }
    }

    @Test(arguments: [0x7FFF_FFFF, 0xFFFF_FFFF])
    func `an AVIF with an enormous declared size is refused`(_ side: Int) throws {
        var upload = TestPicture.quadrants(width: 8, height: 6).avif()
        let sizes = upload.indices.filter { upload[$0...].starts(with: "ispe".utf8) }
        #expect(!sizes.isEmpty)
        for place in sizes {
            let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: side >> $0) }
            upload.replaceSubrange(place + 8..<place + 16, with: bytes + bytes)
        }
        #expect(throws: ImageError.tooManyPixels(width: side, height: side, limit: 64_000_000)) {
            try process(upload, ImageLimits())
        }
    }

    @Test func `frames are counted before decoding`() throws {
        let picture = TestPicture.quadrants(width: 8, height: 6)
        let png = picture.encoded(as: .png)
        let control = Metadata.chunk("acTL", [0, 0, 0, 3, 0, 0, 0, 0])
        let gif = picture.encoded(as: .gif)
        let frame = gif[(13 + (3 << (Int(gif[10] & 7) + 1)))...].dropLast()
        let animations = [
            Metadata.inserted([control], into: png, at: 33),
            gif.dropLast() + frame + frame + [0x3B],
            TestPicture.animation(width: 8, height: 6, Array(repeating: (0, 0, picture), count: 3)),
        ]
        for upload in animations {
            #expect(try ImageHeader.read(upload).frames == 3)
            try process(upload, ImageLimits(maxFrames: 3))
            #expect(throws: ImageError.tooManyFrames(found: 3, limit: 2)) {
                try process(upload, ImageLimits(maxFrames: 2))
            }
        }
        for format in ImageFormat.allCases { #expect(try ImageHeader.read(picture.encoded(as: format)).frames == 1) }
    }

    @Test(arguments: [ImageFormat.jpeg, .png, .gif], [false, true])
    func `decoding that takes too long is stopped`(_ format: ImageFormat, _ progressive: Bool) throws {
        let upload = TestPicture.quadrants(width: 40, height: 20).encoded(as: format, progressive: progressive)
        #expect(throws: ImageError.tooMuchWork(seconds: 0)) { try process(upload, ImageLimits(maxSeconds: 0)) }
        let crop = PixelRect(x: 0, y: 10, width: 4, height: 4)
        #expect(throws: ImageError.tooMuchWork(seconds: 0)) {
            try ImageProcessor(limits: ImageLimits(maxSeconds: 0), output: ImageOutput(sides: [4], formats: [.jpeg]))
                .process(upload, crop: crop)
        }
    }
}
