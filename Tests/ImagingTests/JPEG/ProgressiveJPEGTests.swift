import Bytes
@testable import JPEGDecoder
import Testing

@testable import Imaging

@Suite struct ProgressiveJPEGTests {
    private typealias Scan = CoefficientJPEG.Scan

    private static let samplings: [[(columns: Int, rows: Int)]] = [
        [(1, 1)], [(1, 1), (1, 1), (1, 1)], [(2, 1), (1, 1), (1, 1)], [(1, 2), (1, 1), (1, 1)],
        [(2, 2), (1, 1), (1, 1)],
    ]

    /// Complete scripts: with spectral selection only, with successive bits, and with other groups of components.
    private static func scripts(_ components: Int) -> [[Scan]] {
        let all = Array(0..<components)
        func each(_ scan: (Int) -> [Scan]) -> [Scan] { all.flatMap(scan) }
        return [
            [Scan(components: all, band: 0...0)]
                + each { [Scan(components: [$0], band: 1...5), Scan(components: [$0], band: 6...63)] },
            [Scan(components: all, band: 0...0, low: 1)]
                + each { [Scan(components: [$0], band: 1...5, low: 2), Scan(components: [$0], band: 6...63, low: 2)] }
                + each { [Scan(components: [$0], band: 1...63, high: 2, low: 1)] }
                + [Scan(components: all, band: 0...0, high: 1)]
                + each { [Scan(components: [$0], band: 1...63, high: 1)] },
            each { [Scan(components: [$0], band: 0...0, low: 2)] }
                + [Scan(components: all, band: 0...0, high: 2, low: 1)]
                + each { [Scan(components: [$0], band: 0...0, high: 1), Scan(components: [$0], band: 1...63, low: 3)] }
                + each { component in
                    (0..<3).reversed().flatMap { low in
                        [1...1, 2...20, 21...63].map {
                            Scan(components: [component], band: $0, high: low + 1, low: low)
                        }
                    }
                },
        ]
    }

    private static let script = scripts(3)[1]
    private static let picture = CoefficientJPEG(width: 83, height: 75, sampling: samplings[4], seed: 1)

    @Test(arguments: samplings.indices, [0, 1, 7])
    func `a picture is the same in one scan and in many scans`(_ sampling: Int, _ restartInterval: Int) throws {
        let sampling = Self.samplings[sampling]
        var picture = CoefficientJPEG(width: 83, height: 75, sampling: sampling, seed: 7)
        picture.restartInterval = restartInterval
        #expect(SequentialJPEG(ByteReader(picture.baseline)) != nil)
        for script in Self.scripts(sampling.count) {
            let jpeg = picture.progressive(script)
            #expect(try ImageHeader.read(jpeg).shrinks)
            for (side, crop) in [(4, nil), (9, nil), (18, nil), (8, PixelRect(x: 30, y: 20, width: 41, height: 37))] {
                let result = try square(of: jpeg, side: side, crop: crop)
                #expect(try result.psnr(square(of: picture.baseline, side: side, crop: crop)) > 60)
            }
        }
    }

    @Test(arguments: [0, 1, 4])
    func `libjpeg decodes the same picture`(_ sampling: Int) throws {
        let sampling = Self.samplings[sampling]
        let picture = CoefficientJPEG(width: 83, height: 75, sampling: sampling, seed: 3)
        for script in Self.scripts(sampling.count) {
            let jpeg = picture.progressive(script)
            for side in [4, 9] {
                let reference = try square(of: jpeg, side: side, libjpegOnly: true)
                #expect(try square(of: jpeg, side: side).psnr(reference) > 45, "\(side)")
            }
        }
    }

    @Test func `the quantization table of a component's first scan counts`() throws {
        var picture = Self.picture
        let usual = picture.progressive(Self.script)
        picture.padding = [0: Metadata.segment(0xDB, [0] + [UInt8](repeating: 50, count: 64))]
        let changed = picture.progressive(Self.script)
        #expect(try ImageHeader.read(changed).shrinks)
        #expect(try square(of: changed, side: 9) == square(of: usual, side: 9))
    }

    @Test(arguments: [
        [0x12, 0x34, 0x56], [0xFF, 0x00, 0x01], [0xFF, 0xFF, 0xFF], [0xFF, 0xD3, 0xFF, 0x01],
    ])
    func `extra bytes after a scan are accepted, as in libjpeg`(_ padding: [UInt8]) throws {
        var picture = Self.picture
        let usual = picture.progressive(Self.script)
        picture.padding = [0: padding, 3: padding, Self.script.count - 1: padding]
        let padded = picture.progressive(Self.script)
        #expect(try ImageHeader.read(padded).shrinks)
        #expect(throws: Never.self) { try square(of: Self.unusual(padded), side: 9) }
        #expect(try square(of: padded, side: 9) == square(of: usual, side: 9))
    }

    @Test func `a scan that ends too early is refused`() throws {
        let jpeg = Self.picture.progressive(Self.script)
        let starts = jpeg.indices.dropLast().filter { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xDA }
        for start in starts.dropFirst() + [jpeg.count - 2] {
            let short = Array(jpeg[..<(start - 4)]) + jpeg[start...]
            #expect(try ImageHeader.read(short).shrinks)
            #expect(throws: ImageError.corrupt(.jpeg, reason: "A scan of it is damaged or ends too early")) {
                try square(of: short, side: 9, isStrict: true)
            }
        }
    }

    @Test func `an unusual JPEG is decoded by libjpeg`() throws {
        let (script, picture) = (Self.script, Self.picture)
        func isOrdinary(_ jpeg: [UInt8]) -> Bool { ProgressiveJPEG(ByteReader(jpeg)) != nil }
        let usual = picture.progressive(script)
        #expect(isOrdinary(usual))
        #expect(!isOrdinary(picture.baseline))
        #expect(!isOrdinary(Self.unusual(usual)))
        #expect(!isOrdinary(usual.dropLast(2)))
        // A coefficient is incomplete, comes twice, or comes too early.
        #expect(!isOrdinary(picture.progressive(script.dropLast())))
        #expect(!isOrdinary(picture.progressive([script[0]] + script)))
        #expect(!isOrdinary(picture.progressive([script[1], script[0]] + script.dropFirst(2))))
        #expect(!isOrdinary(picture.progressive(script + [Scan(components: [0], band: 1...63)])))
        #expect(throws: Never.self) { try square(of: picture.progressive(script.dropLast()), side: 9) }
        #expect(isOrdinary(picture.progressive(bands(63))))
        #expect(!isOrdinary(CoefficientJPEG(width: 8, height: 8, sampling: [(1, 1), (1, 1)], seed: 1).progressive([])))
    }

    /// A script that has `count` bands of one coefficient for the first component.
    private func bands(_ count: Int) -> [Scan] {
        [Scan(components: [0, 1, 2], band: 0...0)] + (1...count).map { Scan(components: [0], band: $0...$0) }
            + [1, 2].map { Scan(components: [$0], band: 1...63) }
    }

    @Test(arguments: [false, true])
    func `damage is refused where libjpeg refuses it`(_ hasRestarts: Bool) throws {
        var generator = SeededGenerator(seed: 5)
        var picture = CoefficientJPEG(width: 43, height: 35, sampling: Self.samplings[4], seed: 2)
        picture.restartInterval = hasRestarts ? 3 : 0
        let jpeg = picture.progressive(Self.script)
        let start = try #require(jpeg.indices.first { jpeg[$0...].starts(with: [0xFF, 0xDA]) })
        var (taken, refused) = (0, 0)
        for number in 0..<2000 {
            let damaged = Self.damaged(jpeg, from: number.isMultiple(of: 8) ? 2 : start, using: &generator)
            let result = try? square(of: damaged, side: 5, isStrict: true)
            let reference = try? square(of: damaged, side: 5, libjpegOnly: true)
            #expect((result == nil) == (reference == nil), "\(number)")
            taken += result == nil ? 0 : 1
            refused += result == nil ? 1 : 0
        }
        #expect(taken > 100 && refused > 100)
    }

    private static func damaged(
        _ jpeg: [UInt8],
        from start: Int,
        using generator: inout SeededGenerator
    ) -> [UInt8] {
        var jpeg = jpeg
        for _ in 0...Int.random(in: 0..<2, using: &generator) {
            let place = Int.random(in: start..<jpeg.count, using: &generator)
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: jpeg.remove(at: place)
            case 1: jpeg.insert(.random(in: 0...255, using: &generator), at: place)
            case 2: jpeg[place] = 0xFF
            case 3: jpeg.insert(0xFF, at: place)
            case 4: jpeg[place] = .random(in: 0...255, using: &generator)
            default: jpeg[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
        }
        return jpeg
    }

    /// The same picture with 16-bit tables, which only libjpeg supports.
    private static func unusual(_ jpeg: [UInt8]) -> [UInt8] {
        let table = Metadata.segment(0xDB, [0x13] + [UInt8](repeating: 1, count: 128))
        return Metadata.inserted([table], into: jpeg, at: 2)
    }

    private func square(
        of jpeg: [UInt8],
        side: Int,
        crop: PixelRect? = nil,
        isStrict: Bool = false,
        libjpegOnly: Bool = false
    ) throws -> TestPicture {
        let processor = ImageProcessor(
            limits: ImageLimits(maxPixels: 1_000_000, strictJPEG: isStrict, libjpegOnly: libjpegOnly),
            output: ImageOutput(sides: [side], formats: [.png])
        )
        return try #require(TestPicture(decoding: processor.process(jpeg, crop: crop).variant.bytes, as: .png))
    }
}
