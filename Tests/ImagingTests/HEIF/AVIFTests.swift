import Bytes
import CImaging
import Testing

@testable import Imaging

@Suite struct AVIFTests {
    private let waves = TestPicture.waves(width: 90, height: 60)

    @Test(
        arguments: [8, 10, 12] as [UInt32],
        [AVIF_PIXEL_FORMAT_YUV444, AVIF_PIXEL_FORMAT_YUV422, AVIF_PIXEL_FORMAT_YUV420].map(\.rawValue)
    )
    func `every depth and sampling is decoded`(_ depth: UInt32, _ format: UInt32) throws {
        for range in [AVIF_RANGE_FULL, AVIF_RANGE_LIMITED] {
            let options = AVIFOptions(depth: depth, format: avifPixelFormat(format), range: range)
            let result = try square(of: waves.avif(options), side: 20)
            #expect(result.psnr(waves.cropped(x: 15, y: 0, side: 60).shrunk(to: 20)) > 36)
        }
    }

    @Test(arguments: [8, 10, 12] as [UInt32]) func `a picture without chroma is grey`(_ depth: UInt32) throws {
        let grey = TestPicture(width: 40, height: 40) { x, y in
            let level = UInt8(x * 3 + y * 3)
            return Pixel(level, level, level, 255)
        }
        let options = AVIFOptions(depth: depth, format: AVIF_PIXEL_FORMAT_YUV400)
        #expect(try square(of: grey.avif(options), side: 10).psnr(grey.shrunk(to: 10)) > 40)
    }

    @Test(arguments: [
        AVIF_MATRIX_COEFFICIENTS_BT601, AVIF_MATRIX_COEFFICIENTS_BT709, AVIF_MATRIX_COEFFICIENTS_BT2020_NCL,
        AVIF_MATRIX_COEFFICIENTS_IDENTITY, AVIF_MATRIX_COEFFICIENTS_YCGCO,
    ])
    func `luma and chroma are combined with the file's matrix`(_ matrix: Int) throws {
        let picture = TestPicture.quadrants(width: 32, height: 32)
        let result = try square(of: picture.avif(AVIFOptions(matrix: matrix)), side: 32)
        #expect(result.psnr(picture) > 38)
    }

    @Test func `colours are converted from their profile to sRGB`() throws {
        let blue = TestPicture(width: 16, height: 16) { _, _ in Pixel(0, 0, 255, 255) }
        let result = try square(of: blue.avif(AVIFOptions(profile: TestProfile.swapped)), side: 4)
        #expect(result.pixels.allSatisfy { $0.isClose(to: Pixel(255, 0, 0, 255), within: 4) })
    }

    @Test(arguments: [
        (AVIF_COLOR_PRIMARIES_SMPTE432, AVIF_TRANSFER_CHARACTERISTICS_SRGB, TestProfile.displayP3),
        (AVIF_COLOR_PRIMARIES_SMPTE432, AVIF_TRANSFER_CHARACTERISTICS_BT709, TestProfile.displayP3),
        (AVIF_COLOR_PRIMARIES_BT709, AVIF_TRANSFER_CHARACTERISTICS_BT470M, TestProfile.rgb(gamma: 2.2)),
        (AVIF_COLOR_PRIMARIES_UNSPECIFIED, AVIF_TRANSFER_CHARACTERISTICS_BT470BG, TestProfile.rgb(gamma: 2.8)),
        (AVIF_COLOR_PRIMARIES_BT709, AVIF_TRANSFER_CHARACTERISTICS_LINEAR, TestProfile.rgb(gamma: 1)),
        (AVIF_COLOR_PRIMARIES_UNSPECIFIED, AVIF_TRANSFER_CHARACTERISTICS_UNSPECIFIED, TestProfile.sRGB),
    ])
    func `code points have the same effect as a profile`(_ primaries: Int, _ transfer: Int, _ profile: [UInt8]) throws {
        let plain = try square(of: waves.avif(), side: 20)
        let result = try square(of: waves.avif(AVIFOptions(primaries: primaries, transfer: transfer)), side: 20)
        let expected = TestProfile.converted(plain.pixels, by: profile, portraitd_layout_rgba)
        #expect(zip(result.pixels, expected).allSatisfy { $0.isClose(to: $1, within: 3) })
    }

    @Test(arguments: [AVIF_TRANSFER_CHARACTERISTICS_SMPTE2084, AVIF_TRANSFER_CHARACTERISTICS_HLG])
    func `page white is nearly white in HDR too`(_ transfer: Int) throws {
        let white: UInt8 = transfer == AVIF_TRANSFER_CHARACTERISTICS_HLG ? 191 : 148
        let page = TestPicture(width: 16, height: 16) { x, _ in
            x < 8 ? Pixel(white, white, white, 255) : Pixel(white / 2, white / 2, white / 2, 255)
        }
        let result = try square(of: page.avif(AVIFOptions(depth: 10, transfer: transfer)), side: 2)
        #expect(result[0, 0].isClose(to: Pixel(233, 233, 233, 255), within: 4), "\(result[0, 0])")
        #expect(result[1, 0].x > 30 && result[1, 0].x < 140)
    }

    @Test(
        arguments: [(0, 0), (1, 1), (7, 2), (2, 31), (39, 33)],
        [AVIF_PIXEL_FORMAT_YUV444, AVIF_PIXEL_FORMAT_YUV420].map(\.rawValue)
    )
    func `a decoded part equals the same part of the whole`(_ place: (x: Int, y: Int), _ format: UInt32) throws {
        let upload = TestPicture.waves(width: 103, height: 103).avif(AVIFOptions(format: avifPixelFormat(format)))
        let whole = try square(of: upload, side: 103)
        for side in [9, 32, 33, 63] {
            let crop = PixelRect(x: place.x, y: place.y, width: side, height: side)
            #expect(try square(of: upload, side: side, crop: crop) == whole.cropped(x: place.x, y: place.y, side: side))
        }
    }

    @Test(arguments: [false, true], [8, 10] as [UInt32])
    func `every alpha is decoded`(_ isPremultiplied: Bool, _ depth: UInt32) throws {
        let picture = TestPicture(width: 32, height: 32) { Pixel(200, 100, 50, UInt8($0 * 8 + $1 / 4)) }
        let options = AVIFOptions(depth: depth, isPremultiplied: isPremultiplied, quantizer: 0)
        let result = try square(of: picture.avif(options), side: 32)
        #expect(zip(result.pixels, picture.pixels).allSatisfy { abs(Int($0.w) - Int($1.w)) <= 2 })
        // A nearly transparent pixel has no exact colour if it is stored premultiplied.
        let shown = zip(result.pixels, picture.pixels).filter { $1.w > 100 }
        #expect(shown.allSatisfy { $0.isClose(to: $1, within: 5) })
    }

    /// HEIF's rotation and mirror, and the equivalent EXIF orientation.
    @Test(
        arguments: [
            (nil, nil, 1), (nil, 1, 2), (2, nil, 3), (nil, 0, 4), (1, 0, 5), (3, nil, 6), (1, 1, 7), (1, nil, 8),
            (0, nil, 1), (2, 1, 4), (3, 1, 5), (3, 0, 7),
        ] as [(UInt8?, UInt8?, Int)]
    )
    func `turned and mirrored pictures end upright`(_ rotation: UInt8?, _ mirror: UInt8?, _ orientation: Int) throws {
        // The EXIF orientation differs and must be ignored.
        let exif = Metadata.exif(orientation: orientation % 8 + 1)
        let options = AVIFOptions(exif: exif, rotation: rotation, mirror: mirror)
        let upload = waves.stored(as: orientation).avif(options)
        #expect(try ImageHeader.read(upload).orientation.rawValue == orientation)
        let crop = PixelRect(x: 41, y: 19, width: 36, height: 30)
        let result = try square(of: upload, side: 10, crop: crop)
        #expect(result.psnr(waves.cropped(x: 44, y: 19, side: 30).shrunk(to: 10)) > 36)
    }

    @Test(arguments: [1, 6]) func `only the clean aperture is shown`(_ orientation: Int) throws {
        // 60 × 40 pixels whose centre is 5 to the left of and 10/2 below the picture's centre.
        let aperture: [UInt32] = [60, 1, 80, 2, UInt32(bitPattern: -5), 1, 10, 2]
        let options = AVIFOptions(rotation: orientation == 6 ? 3 : nil, aperture: aperture)
        let upload = waves.avif(options)
        let header = try ImageHeader.read(upload)
        #expect((header.width, header.height) == (90, 60))
        #expect(header.visible == PixelRect(x: 10, y: 15, width: 60, height: 40))
        #expect(header.uprightWidth == (orientation == 6 ? 40 : 60))
        let shown = waves.cropped(x: 20, y: 15, side: 40).stored(as: orientation == 6 ? 8 : 1).shrunk(to: 20)
        #expect(try square(of: upload, side: 20).psnr(shown) > 36)
    }

    @Test(
        arguments: [[61, 1, 40, 1, 100, 1, 0, 1], [0, 1, 40, 1, 0, 1, 0, 1], [60, 0, 40, 1, 0, 1, 0, 1]] as [[UInt32]]
    )
    func `an invalid clean aperture is ignored`(_ aperture: [UInt32]) throws {
        let header = try ImageHeader.read(waves.avif(AVIFOptions(aperture: aperture)))
        #expect(header.visible == PixelRect(x: 0, y: 0, width: 90, height: 60))
    }

    @Test func `a grid is one picture`() throws {
        let picture = TestPicture.waves(width: 192, height: 128)
        let cells = (0..<6).map { picture.cropped(x: $0 % 3 * 64, y: $0 / 3 * 64, side: 64) }
        let upload = TestPicture.avif(cells, AVIFOptions(columns: 3, rows: 2))
        let header = try ImageHeader.read(upload)
        #expect((header.width, header.height) == (192, 128))
        #expect(header.heldBytes == 2 * 3 * 192 * 128)
        #expect(header.codedPixels == 64 * 64)
        let result = try square(of: upload, side: 32)
        #expect(result.psnr(picture.cropped(x: 32, y: 0, side: 128).shrunk(to: 32)) > 36)
    }

    @Test func `a tile larger than its declared size is not decoded`() throws {
        let cells = Array(repeating: TestPicture.waves(width: 512, height: 512), count: 6)
        var upload = TestPicture.avif(cells, AVIFOptions(columns: 3, rows: 2))
        replace(
            Metadata.big(1536, 4) + Metadata.big(1024, 4),
            by: Metadata.big(192, 4) + Metadata.big(128, 4),
            in: &upload
        )
        replace(Metadata.big(512, 4) + Metadata.big(512, 4), by: Metadata.big(64, 4) + Metadata.big(64, 4), in: &upload)
        // The grid: rows and columns, each minus one, and its size.
        replace([0, 0, 1, 2, 6, 0, 4, 0], by: [0, 0, 1, 2, 0, 192, 0, 128], in: &upload)
        #expect(throws: ImageError.corrupt(.avif, reason: "Its pixels are damaged")) { try square(of: upload, side: 4) }
    }

    @Test func `a grid with more tiles than needed is refused`() throws {
        let cells = (0..<6).map { _ in TestPicture.waves(width: 64, height: 64) }
        var upload = TestPicture.avif(cells, AVIFOptions(columns: 3, rows: 2))
        replace(Metadata.big(64, 4) + Metadata.big(64, 4), by: Metadata.big(200, 4) + Metadata.big(100, 4), in: &upload)
        #expect(throws: ImageError.corrupt(.avif, reason: "It has too many tiles")) { try ImageHeader.read(upload) }
    }

    @Test(arguments: [true, false]) func `a sequence shows its first frame`(_ hasPrimaryItem: Bool) throws {
        var upload = TestPicture.avif([waves, .quadrants(width: 90, height: 60)])
        if !hasPrimaryItem {
            rename("meta", to: "free", in: &upload)
            rename("avif", to: "msf1", in: &upload)
        }
        let header = try ImageHeader.read(upload)
        let held = (hasPrimaryItem ? 3 : 7) * 90 * 60
        #expect(header == ImageHeader(format: .avif, width: 90, height: 60, isAnimated: true, heldBytes: held))
        #expect(try square(of: upload, side: 20).psnr(waves.cropped(x: 15, y: 0, side: 60).shrunk(to: 20)) > 36)
    }

    @Test func `separate property tables are read like one table`() throws {
        let picture = TestPicture(width: 60, height: 60) { x, y in Pixel(200, UInt8(y * 4), 50, UInt8(x * 4)) }
        let usual = picture.avif()
        let start = try #require(usual.indices.first { usual[$0...].starts(with: "ipma".utf8) }) - 4
        let table = ByteReader(Array(usual[start...]))
        let (size, split) = (try #require(table.uint32(at: 0)), 16 + 3 + (try #require(table.byte(at: 18))))
        #expect(table.uint32(at: 12) == 2)
        func box(_ entries: ArraySlice<UInt8>) -> [UInt8] {
            Metadata.big(16 + entries.count, 4) + usual[start + 4..<start + 12] + Metadata.big(1, 4) + entries
        }
        let tables = box(usual[start + 16..<start + split]) + box(usual[start + split..<start + size])
        var upload = usual
        upload.replaceSubrange(start..<start + size, with: tables)
        // The enclosing boxes are 16 bytes longer, and the pixels begin 16 bytes later.
        for (type, place) in [("meta", -4), ("iprp", -4)] {
            let box = try #require(upload.indices.first { upload[$0...].starts(with: type.utf8) }) + place
            let size = try #require(ByteReader(upload).uint32(at: box))
            upload.replaceSubrange(box..<box + 4, with: Metadata.big(size + 16, 4))
        }
        let (file, meta) = (ByteReader(usual), ImageHeader.meta(of: Box.all(in: ByteReader(usual))))
        let pixels = [1, 2].compactMap { file.itemData($0, meta: meta)?.start }
        let locations = try #require(usual.indices.first { usual[$0...].starts(with: "iloc".utf8) })
        for place in locations..<start {
            guard let offset = file.uint32(at: place), pixels.contains(offset) else { continue }
            upload.replaceSubrange(place..<place + 4, with: Metadata.big(offset + 16, 4))
        }
        #expect(try square(of: upload, side: 20) == square(of: usual, side: 20))
        #expect(try ImageHeader.read(upload).heldBytes == ImageHeader.read(usual).heldBytes + upload.count)
    }

    @Test func `a picture much larger than its declared size is refused`() throws {
        var upload = TestPicture(width: 1100, height: 1000) { _, _ in .red }.avif()
        let place = try #require(upload.indices.first { upload[$0...].starts(with: Array("ispe".utf8)) })
        upload.replaceSubrange(place + 8..<place + 16, with: Metadata.big(110, 4) + Metadata.big(100, 4))
        #expect(throws: ImageError.corrupt(.avif, reason: "Its pixels are damaged")) { try square(of: upload, side: 4) }
    }

    @Test func `damaged pixels are refused`() throws {
        var upload = waves.avif()
        let data = try #require(upload.indices.first { upload[$0...].starts(with: Array("mdat".utf8)) }) + 4
        for place in data..<data + 20 { upload[place] = 0xFF }
        #expect(throws: ImageError.corrupt(.avif, reason: "Its pixels are damaged")) { try square(of: upload, side: 4) }
    }

    @Test func `a header without a picture is refused`() throws {
        var upload = waves.avif()
        rename("pitm", to: "free", in: &upload)
        #expect(throws: ImageError.corrupt(.avif, reason: "Its header is damaged or incomplete")) {
            try ImageHeader.read(upload)
        }
    }

    @Test func `a million boxes take bounded time`() throws {
        let box = Metadata.big(8, 4) + Array("free".utf8)
        let upload = Array(waves.avif().prefix(32)) + (0..<8_000_000).map { box[$0 % 8] }
        let time = ContinuousClock().measure { #expect(throws: ImageError.self) { try ImageHeader.read(upload) } }
        #expect(time < .seconds(1))
    }

    private func replace(_ old: [UInt8], by new: [UInt8], in file: inout [UInt8]) {
        for place in file.indices where file[place...].starts(with: old) {
            file.replaceSubrange(place..<place + new.count, with: new)
        }
    }

    private func rename(_ type: String, to other: String, in file: inout [UInt8]) {
        for place in file.indices where file[place...].starts(with: Array(type.utf8)) {
            file.replaceSubrange(place..<place + 4, with: Array(other.utf8))
        }
    }

    private func square(of upload: [UInt8], side: Int, crop: PixelRect? = nil) throws -> TestPicture {
        let target = try DecodingTarget(upload, side: side, crop: crop)
        return try TestPicture(AVIFDecoding(target: target).image(of: upload).upright(target.header.orientation))
    }
}
