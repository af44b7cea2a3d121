import Testing

@testable import Imaging

/// Crops of a picture that is stored rotated and has 20 × 30 pixels upright.
@Suite struct CropTests {
    private let upload = Metadata.addedToJPEG(
        TestPicture.quadrants(width: 30, height: 20).encoded(as: .jpeg),
        exif: Metadata.exif(orientation: 6)
    )
    private let processor = ImageProcessor(
        limits: ImageLimits(),
        output: ImageOutput(sides: [8], formats: [.png])
    )

    @Test(arguments: [
        (PixelRect(x: 15, y: 25, width: 5, height: 5), PixelRect(x: 15, y: 25, width: 5, height: 5)),
        (PixelRect(x: 0, y: 0, width: 21, height: 5), PixelRect(x: 0, y: 0, width: 20, height: 5)),
        (PixelRect(x: 0, y: 0, width: 5, height: 31), PixelRect(x: 0, y: 0, width: 5, height: 30)),
        (PixelRect(x: 16, y: 0, width: 5, height: 5), PixelRect(x: 16, y: 0, width: 4, height: 5)),
        (PixelRect(x: 0, y: 26, width: 5, height: 5), PixelRect(x: 0, y: 26, width: 5, height: 4)),
        (PixelRect(x: -1, y: -2, width: 5, height: 5), PixelRect(x: 0, y: 0, width: 4, height: 3)),
        (PixelRect(x: -100, y: -100, width: 1000, height: 1000), PixelRect(x: 0, y: 0, width: 20, height: 30)),
        (PixelRect(x: 19, y: 29, width: .max, height: .max), PixelRect(x: 19, y: 29, width: 1, height: 1)),
    ])
    func `a crop beyond an edge is clipped to the picture`(_ crop: PixelRect, _ inside: PixelRect) throws {
        #expect(try header.square(cropping: crop) == header.square(cropping: inside))
        let results = try [crop, inside].map { try processor.process(upload, crop: $0).variant.bytes }
        #expect(results[0] == results[1])
    }

    @Test(arguments: [
        PixelRect(x: 20, y: 0, width: 5, height: 5), PixelRect(x: 0, y: 30, width: 5, height: 5),
        PixelRect(x: -5, y: 0, width: 5, height: 5), PixelRect(x: 0, y: -5, width: 5, height: 5),
        PixelRect(x: 0, y: 0, width: 0, height: 5), PixelRect(x: 0, y: 0, width: 5, height: -5),
        PixelRect(x: .max, y: .max, width: .max, height: .max),
        PixelRect(x: .min, y: .min, width: .min, height: .min),
        PixelRect(x: .min, y: .min, width: .max, height: .max),
        PixelRect(x: .max, y: 0, width: 1, height: 1), PixelRect(x: 0, y: 0, width: .min, height: 1),
    ])
    func `a crop that misses the picture or has no area is refused`(_ crop: PixelRect) {
        #expect(throws: ImageError.cropOutside(crop, width: 20, height: 30)) {
            try processor.process(upload, crop: crop)
        }
    }

    @Test func `decimals are rounded to the nearest`() {
        let crop = PixelRect(roundingX: 0.4, y: 1.5, width: 99.6, height: 100.49)
        #expect(crop == PixelRect(x: 0, y: 2, width: 100, height: 100))
        let empty = PixelRect(roundingX: -0.4, y: -1.6, width: 0.4, height: 7)
        #expect(empty == PixelRect(x: 0, y: -2, width: 0, height: 7))
        for number in [Double.nan, .infinity, -.infinity, 1e300, -1e16] {
            #expect(PixelRect(roundingX: number, y: 0, width: 1, height: 1) == nil)
            #expect(PixelRect(roundingX: 0, y: 0, width: 1, height: number) == nil)
        }
    }

    private var header: ImageHeader { get throws { try ImageHeader.read(upload) } }
}
