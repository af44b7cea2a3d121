import Testing

@testable import Imaging

@Suite struct PNGRefusalTests {
    @Test(arguments: ["teSt", "IDAT", "fdAT"])
    func `a PNG of ten thousand chunks is refused before it is decoded`(_ type: String) throws {
        func png(_ chunks: Int) -> [UInt8] {
            let empty = Array(repeatElement(Metadata.chunk(type, []), count: chunks).joined())
            return HandmadePNG(chunks: [empty]).bytes(width: 2, height: 2) { _, _ in [1, 2, 3] }
        }
        _ = try ImageHeader.read(png(9_000))
        let upload = png(20_000)
        let time = ContinuousClock().measure {
            #expect(throws: ImageError.corrupt(.png, reason: "It has more than 10000 chunks")) {
                try ImageHeader.read(upload)
            }
        }
        #expect(time < .milliseconds(500))
    }

    private let processor = ImageProcessor(limits: ImageLimits(), output: ImageOutput(sides: [4], formats: [.jpeg]))
    private let crop = PixelRect(x: 0, y: 0, width: 4, height: 4)

    @Test(arguments: [false, true])
    func `damage is refused with libpng's reason, also below the crop`(_ isInterlaced: Bool) throws {
        let file = HandmadePNG(isInterlaced: isInterlaced)
        let rows = file.filtered(width: 8, height: 40) { x, y in [x, y, 0] }
        let whole = HandmadePNG.zlib(rows)
        func upload(_ chunk: [UInt8]) -> [UInt8] { file.bytes(width: 8, height: 40, pixels: [chunk]) }
        _ = try processor.process(upload(Metadata.chunk("IDAT", whole)), crop: crop)

        var flipped = Metadata.chunk("IDAT", whole)
        flipped[flipped.count - 1] ^= 1
        expect("IDAT: CRC error", upload(flipped))
        expect("Not enough image data", upload(Metadata.chunk("IDAT", Array(whole.dropLast(40)))))
        expect("IDAT: incorrect header check", upload(Metadata.chunk("IDAT", [0x78, 0] + whole.dropFirst(2))))
        var badFilter = rows
        // The last row of both files has eight pixels.
        badFilter[badFilter.count - 25] = 9
        expect("bad adaptive filter value", upload(Metadata.chunk("IDAT", HandmadePNG.zlib(badFilter))))
        var badBlock = whole
        badBlock[2] = 7
        expect("IDAT: invalid block type", upload(Metadata.chunk("IDAT", badBlock)))
    }

    @Test func `a wrong critical chunk is refused`() throws {
        let missing = HandmadePNG(colourType: 3).bytes(width: 4, height: 4) { _, _ in [0] }
        expect("IDAT: Missing PLTE before IDAT", missing)
        let unknown = HandmadePNG(chunks: [Metadata.chunk("ABCD", [])]).bytes(width: 4, height: 4) { _, _ in [0, 0, 0] }
        expect("ABCD: unhandled critical chunk", unknown)
        let depth = HandmadePNG(colourType: 6, depth: 4).bytes(width: 4, height: 4) { _, _ in [0, 0, 0, 0] }
        expect("Invalid IHDR data", depth)
    }

    @Test func `damaged or enormous metadata does no harm`() throws {
        var damaged = Metadata.chunk("gAMA", [0, 0, 1, 0])
        damaged[8] ^= 1
        let words = HandmadePNG.zlib([UInt8](repeating: 65, count: 99_999))
        let text = Metadata.chunk("zTXt", Array("Comment\0\0".utf8) + words)
        let long = Metadata.chunk("tEXt", [UInt8](repeating: 66, count: 99_999))
        let many = [[UInt8]](repeating: text, count: 20)
        let file = HandmadePNG(chunks: [damaged, long] + many)
        _ = try processor.process(file.bytes(width: 4, height: 4) { _, _ in [1, 2, 3] }, crop: nil)
    }

    @Test func `a strip longer than libpng's limit is refused`() throws {
        let file = HandmadePNG(colourType: 0, depth: 1).bytes(width: 1_000_001, height: 1) { _, _ in [0] }
        let limits = ImageLimits(maxWidth: .max, maxAspect: .max)
        #expect(throws: ImageError.corrupt(.png, reason: "Invalid IHDR data")) {
            try ImageProcessor(limits: limits, output: ImageOutput(sides: [4])).process(file, crop: nil)
        }
    }

    private func expect(_ reason: String, _ upload: [UInt8], _ location: SourceLocation = #_sourceLocation) {
        #expect(throws: ImageError.corrupt(.png, reason: reason), sourceLocation: location) {
            try processor.process(upload, crop: ImageHeader.read(upload).height > 4 ? crop : nil)
        }
    }
}
