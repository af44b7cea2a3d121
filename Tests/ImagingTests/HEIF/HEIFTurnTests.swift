import CImaging
import Testing

@testable import Imaging

/// Rotations and sizes of AVIF and HEIC in the orders of different encoders. The size of the coded picture counts.
@Suite struct HEIFTurnTests {
    /// Orders of the properties. With `true` the size is that of the upright picture, as libheif up to 1.15 and other
    /// encoders write it.
    private static let orders = [
        (["ispe", "irot", "imir"], false), (["irot", "imir", "ispe"], false), (["irot", "ispe", "imir"], false),
        (["irot", "imir", "ispe"], true), (["ispe", "irot", "imir"], true),
    ]
    private static let turns = [nil, 0, 1, 2, 3].flatMap { rotation in [nil, 0, 1].map { (rotation, $0) } }

    private static let waves = TestPicture.waves(width: 128, height: 64)
    /// The picture in one piece and in two tiles, each encoded once.
    private static let files: [ImageFormat: (single: [UInt8], tiles: [[UInt8]])] = [
        .avif: (waves.avif(), halves.map { $0.avif() }), .heic: (waves.heic(), halves.map { $0.heic() }),
    ]
    private static let halves = [0, 64].map { waves.cropped(x: $0, y: 0, side: 64) }

    @Test(arguments: [ImageFormat.avif, .heic], [false, true])
    func `every rotation ends upright with any order of the properties`(
        _ format: ImageFormat,
        _ isGrid: Bool
    ) throws {
        let encoded = try #require(Self.files[format])
        for (rotation, mirror) in Self.turns {
            let upright = Self.upright(rotation: rotation ?? 0, mirror: mirror)
            for (order, isSwapped) in Self.orders where !isSwapped || (rotation ?? 0) % 2 == 1 {
                var file = HandmadeHEIF(tiles: isGrid ? encoded.tiles : [encoded.single], width: 128, height: 64)
                file.columns = isGrid ? 2 : 1
                (file.rotation, file.mirror) = (rotation.map { UInt8($0) }, mirror.map { UInt8($0) })
                (file.order, file.isSwapped) = (order, isSwapped)
                let header = try ImageHeader.read(file.bytes())
                #expect((header.uprightWidth, header.uprightHeight) == (upright.width, upright.height))
                let result = try square(of: file.bytes(), crop: PixelRect(x: 3, y: 5, width: 48, height: 48))
                let expected = upright.cropped(x: 3, y: 5, side: 48).shrunk(to: 24)
                #expect(result.psnr(expected) > 34, "\(order) \(isSwapped) \(rotation ?? -1) \(mirror ?? -1)")
            }
        }
    }

    @Test func `a mirror before a rotation is applied first`() throws {
        let encoded = try #require(Self.files[.avif])
        var file = HandmadeHEIF(tiles: [encoded.single], width: 128, height: 64, rotation: 1, mirror: 1)
        file.order = ["ispe", "imir", "irot"]
        let upright = Self.waves.stored(as: 2).stored(as: 6)
        let result = try square(of: file.bytes(), crop: PixelRect(x: 3, y: 5, width: 48, height: 48))
        #expect(result.psnr(upright.cropped(x: 3, y: 5, side: 48).shrunk(to: 24)) > 34)
    }

    @Test func `alpha with a wrong size is rotated with the colours`() throws {
        let picture = TestPicture(width: 96, height: 64) { x, y in Pixel(200, 100, UInt8(y * 3), UInt8(x * 2)) }
        let plain = picture.avif(AVIFOptions(rotation: 3))
        // Encoders write each size once for colours and alpha together, or twice.
        var swapped = plain
        let places = plain.indices.filter { plain[$0...].starts(with: "ispe".utf8) }
        for place in places {
            swapped.replaceSubrange(place + 8..<place + 16, with: Metadata.big(64, 4) + Metadata.big(96, 4))
        }
        #expect(!places.isEmpty)
        let crop = PixelRect(x: 0, y: 9, width: 64, height: 64)
        #expect(try square(of: swapped, crop: crop) == square(of: plain, crop: crop))
        #expect(try ImageHeader.read(swapped).heldBytes == ImageHeader.read(plain).heldBytes + plain.count)
    }

    @Test(arguments: 1...8) func `odd sizes are rotated`(_ orientation: Int) throws {
        let picture = TestPicture.waves(width: 91, height: 67)
        let upload = picture.stored(as: orientation).heic(
            orientation: .init(rawValue: UInt32(orientation))
        )
        let header = try ImageHeader.read(upload)
        #expect((header.uprightWidth, header.uprightHeight) == (91, 67))
        let result = try square(of: upload, crop: PixelRect(x: 31, y: 3, width: 48, height: 48))
        #expect(result.psnr(picture.cropped(x: 31, y: 3, side: 48).shrunk(to: 24)) > 33)
    }

    @Test(arguments: [ImageFormat.avif, .heic])
    func `wrong sizes in damaged data do no harm`(_ format: ImageFormat) throws {
        let encoded = try #require(Self.files[format])
        var generator = SeededGenerator(seed: 3)
        let file = HandmadeHEIF(tiles: encoded.tiles, columns: 2, width: 128, height: 64, rotation: 1).bytes()
        for _ in 0..<2000 {
            var damaged = file
            for _ in 0..<3 {
                let place = Int.random(in: 0..<min(700, file.count), using: &generator)
                damaged[place] = .random(in: 0...255, using: &generator)
            }
            _ = try? ImageHeader.read(damaged)
        }
    }

    /// The picture after a counterclockwise rotation and then a mirror.
    private static func upright(rotation: Int, mirror: Int?) -> TestPicture {
        let turned = waves.stored(as: [1, 6, 3, 8][rotation])
        return mirror.map { turned.stored(as: $0 == 1 ? 2 : 4) } ?? turned
    }

    private func square(of upload: [UInt8], crop: PixelRect) throws -> TestPicture {
        let target = try DecodingTarget(upload, side: 24, crop: crop)
        let image =
            try target.header.format == .heic
            ? HEICDecoding(target: target).image(of: upload) : AVIFDecoding(target: target).image(of: upload)
        let upright = TestPicture(try image.upright(target.header.orientation))
        return TestPicture(width: 24, height: 24) { upright.pixels[$1 * 24 + $0] }
    }
}
