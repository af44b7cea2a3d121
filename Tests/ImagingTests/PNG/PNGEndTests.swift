import Testing

@testable import Imaging

/// Truncated PNG files are accepted if they have every pixel.
@Suite struct PNGEndTests {
    /// The bytes that may be missing: the checksum of the pixels, the CRC of their chunk, and the end.
    private static let ends = 4 + 4 + 12

    @Test(arguments: [false, true], [2, 3, 6])
    func `a file with all of its pixels is accepted`(_ isInterlaced: Bool, _ colourType: Int) throws {
        var file = HandmadePNG(colourType: colourType, isInterlaced: isInterlaced)
        if colourType == 3 { file.chunks = [Metadata.chunk("PLTE", [UInt8](0..<90))] }
        let count = [2: 3, 3: 1, 6: 4][colourType] ?? 0
        let upload = file.bytes(width: 13, height: 11) { x, y in (0..<count).map { x + y + $0 } }
        let picture = try decoded(upload)
        for length in 0..<upload.count - Self.ends {
            #expect(throws: ImageError.self, "\(length) of \(upload.count)") { try decoded(upload.prefix(length)) }
        }
        for length in upload.count - Self.ends..<upload.count {
            #expect(try decoded(upload.prefix(length)) == picture, "\(length) of \(upload.count)")
        }
    }

    @Test(arguments: [false, true])
    func `a compressed file with all of its pixels is accepted`(_ isInterlaced: Bool) throws {
        let upload = TestPicture.waves(width: 60, height: 50).encoded(as: .png, progressive: isInterlaced)
        let picture = try decoded(upload)
        // The code that ends the stream takes up to 15 bits, RFC 1951 §3.2.7.
        for length in (0..<upload.count).reversed().prefix(300) {
            let result = try? decoded(upload.prefix(length))
            #expect(result == nil || result == picture)
            let missing = upload.count - length
            #expect(missing <= Self.ends ? result != nil : missing <= Self.ends + 2 || result == nil, "\(missing)")
        }
    }

    @Test func `the checksum of the pixels may be missing before the end chunk`() throws {
        let file = HandmadePNG(colourType: 0)
        let zlib = HandmadePNG.zlib(file.filtered(width: 8, height: 8) { x, y in [x * y] })
        func upload(_ parts: [ArraySlice<UInt8>]) -> [UInt8] {
            file.bytes(width: 8, height: 8, pixels: parts.map { Metadata.chunk("IDAT", Array($0)) })
        }
        let picture = try decoded(upload([zlib[...]]))
        for missing in 1...4 {
            #expect(try decoded(upload([zlib.dropLast(missing)])) == picture)
            #expect(try decoded(upload([zlib.prefix(20), zlib.dropFirst(20).dropLast(missing)])) == picture)
        }
        #expect(throws: ImageError.corrupt(.png, reason: "Not enough image data")) {
            try decoded(upload([zlib.dropLast(5)]))
        }
        // A wrong checksum does no harm, because each chunk has a CRC.
        var wrong = zlib
        wrong[wrong.count - 1] ^= 1
        #expect(try decoded(upload([wrong[...]])) == picture)
        var damaged = upload([zlib[...]])
        damaged[damaged.count - 13] ^= 1
        #expect(throws: ImageError.corrupt(.png, reason: "IDAT: CRC error")) { try decoded(damaged) }
    }

    @Test func `a chunk after the pixels may be truncated`() throws {
        let upload = HandmadePNG().bytes(width: 4, height: 4) { x, y in [x, y, 9] }
        let text = Metadata.chunk("tEXt", Array("Comment\0and so on".utf8))
        let picture = try decoded(upload)
        for length in 1..<text.count {
            #expect(try decoded(upload.dropLast(12) + text.prefix(length)) == picture)
        }
    }

    @Test func `a truncated file is counted twice`() throws {
        let upload = HandmadePNG().bytes(width: 4, height: 4) { x, y in [x, y, 9] }
        #expect(try ImageHeader.read(upload).heldBytes == 0)
        #expect(try ImageHeader.read(upload.dropLast(12)).heldBytes == upload.count - 12)
    }

    private func decoded(_ upload: some Sequence<UInt8>) throws -> TestPicture {
        let upload = Array(upload)
        let header = try ImageHeader.read(upload)
        let target = try DecodingTarget(upload, side: min(header.width, header.height), crop: nil)
        return TestPicture(try PNGDecoding(target: target).image(of: upload))
    }
}
