import CImaging
import Testing

@testable import Imaging

/// HEIC files like those of phones with 16 and 24 megapixels, with or without tiles.
@Suite struct HEICGridTests {
    private static let tile = TestPicture.waves(width: 512, height: 512)
    private static let file = tile.heic()
    private let budget = MemoryBudget()

    private func grid(_ columns: Int, _ rows: Int, width: Int, height: Int) -> HandmadeHEIF {
        let tiles = Array(repeating: Self.file, count: columns * rows)
        return HandmadeHEIF(tiles: tiles, columns: columns, width: width, height: height)
    }

    @Test func `a grid of 24 megapixels is decoded under the default budget`() throws {
        let upload = grid(12, 9, width: 5712, height: 4284).bytes()
        let limits = ImageLimits(formats: ImageFormat.allCases)
        let output = ImageOutput(sides: [64], formats: [.png])
        let processor = ImageProcessor(limits: limits, output: output, memory: budget)
        // The crop begins 2.5 tiles from the left and 1.5 tiles from the top.
        let crop = PixelRect(x: 1280, y: 768, width: 512, height: 512)
        let bytes = try processor.process(upload, crop: crop).variant.bytes
        let result = try #require(TestPicture(decoding: bytes, as: .png))
        let expected = TestPicture(width: 512, height: 512) { Self.tile[($0 + 256) % 512, ($1 + 256) % 512] }
        #expect(result.psnr(expected.shrunk(to: 64)) > 34)
        #expect(try ImageHeader.read(upload).heldBytes < 60_000_000)
    }

    @Test(arguments: [(4624, 3468), (5712, 4284)]) func `a picture without tiles or with one tile fits the budget`(
        _ width: Int,
        _ height: Int
    ) throws {
        var single = HandmadeHEIF(tiles: [Self.file], width: width, height: height)
        #expect(try needed(single.bytes()) < budget.largest)
        // The tile's declared size is the size of the whole picture.
        single.isGrid = true
        var upload = single.bytes()
        let place = try #require(upload.indices.first { upload[$0...].starts(with: "ispe".utf8) }) + 8
        upload.replaceSubrange(place..<place + 8, with: Metadata.big(width, 4) + Metadata.big(height, 4))
        #expect(try needed(upload) < budget.largest)
    }

    @Test func `ten bits and alpha need more memory`() throws {
        let plain = try ImageHeader.read(HandmadeHEIF(tiles: [Self.file], width: 512, height: 512).bytes()).heldBytes
        #expect(plain == 5 * 512 * 512)
        var deep = HandmadeHEIF(tiles: [Self.file], width: 512, height: 512).bytes()
        let place = try #require(deep.indices.first { deep[$0...].starts(with: "hvcC".utf8) }) + 4
        deep[place + 17] |= 2
        #expect(try ImageHeader.read(deep).heldBytes == 10 * 512 * 512)
        let clear = TestPicture(width: 64, height: 64) { x, _ in Pixel(200, 100, 50, UInt8(x * 4)) }
        #expect(try ImageHeader.read(clear.heic()).heldBytes > 7 * 64 * 64)
    }

    @Test func `tiles of different sizes are refused`() throws {
        let upload = grid(2, 1, width: 1024, height: 512).bytes()
        #expect(throws: Never.self) { try process(upload) }
        // The tiles declare a size smaller than their real one.
        var other = upload
        let place = try #require(other.indices.first { other[$0...].starts(with: "ispe".utf8) }) + 8
        other.replaceSubrange(place..<place + 4, with: Metadata.big(510, 4))
        #expect(throws: ImageError.corrupt(.heic, reason: "Its tiles are not alike")) { try process(other) }
    }

    @Test(arguments: [(1000, 500), (601, 401), (513, 1)]) func `tile pixels beyond the picture's edge are not drawn`(
        _ width: Int,
        _ height: Int
    ) throws {
        let upload = grid(2, 1, width: width, height: height).bytes()
        let side = min(width, height, 256)
        let target = try DecodingTarget(
            upload,
            side: side,
            crop: PixelRect(x: width - side, y: height - side, width: side, height: side)
        )
        let result = TestPicture(try HEICDecoding(target: target).image(of: upload))
        let expected = TestPicture(width: side, height: side) {
            Self.tile[(width - side + $0) % 512, (height - side + $1) % 512]
        }
        #expect(result.psnr(expected) > (side > 1 ? 32 : 20))
    }

    private func process(_ upload: [UInt8]) throws {
        let limits = ImageLimits(formats: ImageFormat.allCases)
        _ = try ImageProcessor(limits: limits, output: ImageOutput(sides: [8])).process(upload, crop: nil)
    }

    private func needed(_ upload: [UInt8]) throws -> Int {
        try DecodingTarget(upload, side: 512, crop: nil).memory(encodingAs: .jpeg)
    }
}
