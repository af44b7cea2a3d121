import CImaging
import Testing

@testable import Imaging

@Suite struct HEICTests {
    private let waves = TestPicture.waves(width: 90, height: 60)

    @Test func `HEIC is accepted by setting, and otherwise refused by its name`() throws {
        let upload = waves.heic()
        _ = try ImageProcessor(limits: ImageLimits(), output: ImageOutput()).process(upload, crop: nil)
        let others = ImageFormat.allCases.filter { $0 != .heic }
        #expect(throws: ImageError.unsupportedFormat(found: "HEIC", accepted: others)) {
            try ImageProcessor(limits: ImageLimits(formats: others), output: ImageOutput()).process(upload, crop: nil)
        }
    }

    @Test(arguments: 1...8)
    func `every orientation ends upright, once`(_ orientation: Int) throws {
        let turn = heif_orientation(rawValue: UInt32(orientation))
        // EXIF has the same orientation, as phones write it, and must not be applied again.
        let upload = waves.stored(as: orientation).heic(
            orientation: turn,
            exif: Metadata.exif(orientation: orientation)
        )
        #expect(try ImageHeader.read(upload).orientation.rawValue == orientation)
        let crop = PixelRect(x: 41, y: 19, width: 36, height: 30)
        let result = try square(of: upload, side: 10, crop: crop)
        #expect(result.psnr(waves.cropped(x: 44, y: 19, side: 30).shrunk(to: 10)) > 34)
    }

    @Test func `alpha is decoded`() throws {
        let picture = TestPicture(width: 64, height: 64) { x, _ in Pixel(200, 100, 50, UInt8(x * 4)) }
        let result = try square(of: picture.heic(), side: 64)
        #expect(zip(result.pixels, picture.pixels).allSatisfy { abs(Int($0.w) - Int($1.w)) <= 6 })
    }

    // libheif writes the second picture as a grid of one tile.
    @Test(arguments: [(128, 64), (90, 60)]) func `ten bits are decoded`(_ width: Int, _ height: Int) throws {
        let picture = TestPicture.waves(width: width, height: height)
        let upload = picture.heic(isDeep: true)
        let result = try square(of: upload, side: 20)
        let expected = picture.cropped(x: (width - height) / 2, y: 0, side: height).shrunk(to: 20)
        #expect(result.psnr(expected) > 34)
        #expect(try ImageHeader.read(upload).heldBytes > 9 * width * height)
    }

    @Test func `odd sizes are decoded`() throws {
        let picture = TestPicture.waves(width: 71, height: 67)
        let header = try ImageHeader.read(picture.heic())
        #expect((header.uprightWidth, header.uprightHeight) == (71, 67))
        #expect(
            try square(of: picture.heic(), side: 20).psnr(picture.cropped(x: 2, y: 0, side: 67).shrunk(to: 20)) > 34
        )
    }

    @Test func `a picture much larger than its declared size is refused`() throws {
        var upload = TestPicture(width: 1100, height: 1000) { _, _ in .red }.heic()
        let place = try #require(upload.indices.first { upload[$0...].starts(with: Array("ispe".utf8)) })
        upload.replaceSubrange(place + 8..<place + 16, with: Metadata.big(110, 4) + Metadata.big(100, 4))
        #expect(throws: ImageError.corrupt(.heic, reason: "It has two sizes")) { try square(of: upload, side: 4) }
    }

    @Test func `damage is refused`() throws {
        var upload = waves.heic()
        let data = try #require(upload.indices.first { upload[$0...].starts(with: Array("mdat".utf8)) }) + 4
        upload.replaceSubrange(data..<data + 4, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: ImageError.self) { try square(of: upload, side: 4) }
    }

    private func square(of upload: [UInt8], side: Int, crop: PixelRect? = nil) throws -> TestPicture {
        let target = try DecodingTarget(upload, side: side, crop: crop)
        return try TestPicture(HEICDecoding(target: target).image(of: upload).upright(target.header.orientation))
    }
}
