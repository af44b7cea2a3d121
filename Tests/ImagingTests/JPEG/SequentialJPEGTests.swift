import Bytes
@testable import JPEGDecoder
import Testing

@testable import Imaging

@Suite struct SequentialJPEGTests {
    private static let grey = FlatJPEG.bytes(components: [128])

    @Test func `an ordinary JPEG is decoded without libjpeg`() throws {
        let colour = TestPicture.waves(width: 90, height: 70).encoded(as: .jpeg, quality: 80)
        let picture = try #require(SequentialJPEG(ByteReader(colour)))
        #expect((picture.tables.width, picture.tables.height) == (90, 70))
        #expect(picture.components.count == 3 && picture.tables.hasHalvedChroma)
        #expect(SequentialJPEG(ByteReader(Self.grey))?.tables.components.count == 1)
    }

    @Test func `an unusual JPEG is decoded by libjpeg`() {
        let progressive = TestPicture.waves(width: 90, height: 70).encoded(as: .jpeg, progressive: true)
        #expect(SequentialJPEG(ByteReader(progressive)) == nil)
        #expect(SequentialJPEG(ByteReader(FlatJPEG.bytes(components: [1, 2, 3, 4]))) == nil)
        // A JPEG with red, green and blue components.
        #expect(SequentialJPEG(ByteReader(FlatJPEG.bytes(components: [1, 2, 3], adobe: 0))) == nil)
        #expect(SequentialJPEG(ByteReader(FlatJPEG.bytes(components: [1, 2, 3], adobe: 1))) != nil)
    }

    // Decoded at 1/8, 2/8 and 4/8 of the size.
    @Test(arguments: [16, 40, 64, 100], [75, 95] as [Int32])
    func `every reduction is the average over the area`(_ side: Int, _ quality: Int32) throws {
        let picture = TestPicture.waves(width: 409, height: 333)
        let jpeg = picture.encoded(as: .jpeg, quality: quality)
        for (x, y) in [(0, 0), (38, 17), (76, 0)] {
            let result = try square(of: jpeg, side: side, crop: PixelRect(x: x, y: y, width: 333, height: 316))
            let reference = picture.cropped(x: x + 8, y: y, side: 316).shrunk(to: side)
            #expect(result.psnr(reference) > 37, "\(side) at \(x), \(y)")
        }
    }

    // Decoded at 1/8, 2/8, 4/8 and 8/8 of the size.
    @Test(arguments: [16, 40, 100, 300])
    func `libjpeg decodes the same picture`(_ side: Int) throws {
        let picture = TestPicture.waves(width: 409, height: 333)
        for quality: Int32 in [50, 80, 95] {
            let jpeg = picture.encoded(as: .jpeg, quality: quality)
            for crop in [nil, PixelRect(x: 38, y: 17, width: 301, height: 316)] {
                let reference = try square(of: jpeg, side: side, crop: crop, libjpegOnly: true)
                #expect(try square(of: jpeg, side: side, crop: crop).psnr(reference) > 42, "\(side), \(quality)")
            }
        }
    }

    @Test func `damage is refused where libjpeg refuses it`() throws {
        var generator = SeededGenerator(seed: 7)
        let jpeg = TestPicture.waves(width: 61, height: 43).encoded(as: .jpeg, quality: 80)
        let start = try #require(jpeg.indices.first { jpeg[$0...].starts(with: [0xFF, 0xDA]) })
        var refused = 0
        for number in 0..<1000 {
            var damaged = jpeg
            damaged[.random(in: start..<jpeg.count, using: &generator)] = .random(in: 0...255, using: &generator)
            let result = try? square(of: damaged, side: 5, isStrict: true)
            let reference = try? square(of: damaged, side: 5, libjpegOnly: true)
            #expect((result == nil) == (reference == nil), "\(number)")
            refused += result == nil ? 1 : 0
        }
        #expect(10...990 ~= refused)
    }

    @Test func `without our decoder libjpeg decodes every JPEG`() throws {
        let jpeg = TestPicture.waves(width: 409, height: 333).encoded(as: .jpeg, quality: 80)
        func isMemorySafe(libjpegOnly: Bool) -> Bool {
            DecodingJob(
                product: .upload(crop: nil, isSingle: true),
                side: 64,
                format: .jpeg,
                encoding: ImageEncoding(),
                maxSeconds: 9,
                libjpegOnly: libjpegOnly
            ).isMemorySafe(jpeg)
        }
        #expect(isMemorySafe(libjpegOnly: false))
        #expect(!isMemorySafe(libjpegOnly: true))
    }

    @Test(arguments: [(1, 1), (2, 1), (1, 2), (2, 2)], [0, 1, 3])
    func `every sampling is decoded, with and without restarts`(_ sampling: (Int, Int), _ restartInterval: Int) throws {
        for codeLength in [4, 11, 12, 14, 16] {
            var mosaic = MosaicJPEG(columns: 6 / sampling.0, rows: 6 / sampling.1)
            mosaic.sampling = sampling
            mosaic.restartInterval = restartInterval
            mosaic.codeLength = codeLength
            let jpeg = mosaic.bytes { component, x, y in component == 0 ? x * 30 + y * 12 : 128 + component }
            #expect(SequentialJPEG(ByteReader(jpeg)) != nil)
            let result = try square(of: jpeg, side: 6)
            for y in 0..<6 {
                for x in 0..<6 {
                    let luma = x * 30 + y * 12
                    #expect(
                        result[x, y].isClose(
                            to: Pixel(UInt8(luma + 3), UInt8(max(luma - 2, 0)), UInt8(luma + 2), 255),
                            within: 1
                        )
                    )
                }
            }
        }
    }

    @Test func `a missing restart is refused`() throws {
        var mosaic = MosaicJPEG(columns: 8, rows: 8)
        mosaic.restartInterval = 8
        let jpeg = mosaic.bytes { _, x, y in 60 + x * y }
        let marker = try #require(jpeg.indices.dropLast().last { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xD6 })
        #expect(throws: Never.self) { try square(of: jpeg, side: 4) }
        for bytes in [[0xFF, 0x00], []] as [[UInt8]] {
            var damaged = jpeg
            damaged.replaceSubrange(marker..<marker + 2, with: bytes)
            #expect(throws: ImageError.self, "\(bytes)") { try square(of: damaged, side: 4) }
        }
    }

    @Test func `extra bytes before the end are accepted, as in libjpeg`() throws {
        let mean = { (_: Int, x: Int, y: Int) in 60 + x * y }
        var mosaic = MosaicJPEG(columns: 8, rows: 8)
        let picture = try square(of: mosaic.bytes(mean: mean), side: 4)
        mosaic.padding = [0x12, 0x34, 0x56]
        #expect(try square(of: mosaic.bytes(mean: mean), side: 4).psnr(picture) > 45)
    }

    @Test func `invalid code tables are refused`() {
        func isTable(_ counts: [Int]) -> Bool {
            let counts = counts + [Int](repeating: 0, count: 16 - counts.count)
            return HuffmanTable(counts: counts, symbols: [UInt8](repeating: 1, count: counts.reduce(0, +))) != nil
        }
        #expect(isTable([1, 1, 1]))
        // ITU-T T.81 §C.2: a code must not consist of ones only.
        #expect(!isTable([2]))
        #expect(!isTable([1, 2]))
        #expect(!isTable([0, 5]))
        // A run of ended blocks, which is allowed only in progressive files.
        let run = HuffmanTable(counts: [1] + [Int](repeating: 0, count: 15), symbols: [0x50])
        #expect(run?.endsManyBlocks == true)
        let ends: [UInt8] = [0x10, 1] + [UInt8](repeating: 0, count: 15) + [0]
        let table = Self.grey.indices.first { Self.grey[$0...].starts(with: ends) }
        var running = Self.grey
        running[(table ?? 0) + ends.count - 1] = 0x50
        #expect(SequentialJPEG(ByteReader(running)) == nil)
    }

    private func square(
        of jpeg: [UInt8],
        side: Int,
        crop: PixelRect? = nil,
        isStrict: Bool = false,
        libjpegOnly: Bool = false
    ) throws -> TestPicture {
        let limits = ImageLimits(strictJPEG: isStrict, libjpegOnly: libjpegOnly)
        let processor = ImageProcessor(limits: limits, output: ImageOutput(sides: [side], formats: [.png]))
        return try #require(TestPicture(decoding: processor.process(jpeg, crop: crop).variant.bytes, as: .png))
    }
}
