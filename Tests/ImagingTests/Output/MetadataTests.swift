import Testing

@testable import Imaging

@Suite struct MetadataTests {
    private static let exif = Metadata.exif(orientation: 6)

    @Test(arguments: [ImageFormat.jpeg, .png, .webp], [ImageEncoding(), ImageEncoding(isProgressive: true)])
    func `a JPEG contains only the picture`(_ format: ImageFormat, _ encoding: ImageEncoding) throws {
        let jpeg = try output(.jpeg, of: format, encoding).variant.bytes
        #expect(segments(of: jpeg) == (encoding.isProgressive ? [0xE0, 0xDB, 0xC2, 0xC4, 0xDA] : Self.baseline))
        #expect(!isPrivate(jpeg))
        // JFIF 1.02: no unit, and square pixels.
        #expect(jpeg[13..<18] == [0, 0, 1, 0, 1])
    }

    @Test func `a master contains only the picture`() throws {
        let jpeg = try #require(try output(.webp, of: .jpeg, sides: [8, 16]).master)
        #expect(jpeg.format == .jpeg)
        #expect(segments(of: jpeg.bytes) == Self.baseline)
        #expect(jpeg.bytes[13..<18] == [0, 0, 1, 0, 1])
        #expect(jpeg.bytes.suffix(2) == [0xFF, 0xD9])
        let png = try #require(try output(.webp, of: .png, sides: [8, 16], alpha: 100).master)
        #expect(png.format == .png)
        #expect(chunks(of: png.bytes) == ["IHDR", "IDAT", "IEND"])
    }

    @Test(arguments: [ImageFormat.jpeg, .png, .webp], [UInt8(100), 255])
    func `a PNG contains only the picture`(_ format: ImageFormat, _ alpha: UInt8) throws {
        let png = try output(.png, of: format, alpha: alpha).variant.bytes
        #expect(chunks(of: png) == ["IHDR", "IDAT", "IEND"])
        #expect(!isPrivate(png))
    }

    @Test(arguments: [ImageFormat.jpeg, .png, .webp], [UInt8(100), 255])
    func `a WebP contains only the picture`(_ format: ImageFormat, _ alpha: UInt8) throws {
        let webp = try output(.webp, of: format, alpha: alpha).variant.bytes
        #expect(Set(riffChunks(of: webp)).isSubset(of: ["VP8X", "ALPH", "VP8 "]))
        #expect(!isPrivate(webp))
    }

    @Test(arguments: [ImageFormat.jpeg, .png, .webp], [UInt8(100), 255])
    func `an AVIF contains only the picture`(_ format: ImageFormat, _ alpha: UInt8) throws {
        let avif = try output(.avif, of: format, alpha: alpha).variant.bytes
        #expect(Set(boxes(of: avif[...])) == ["ftyp", "meta", "mdat"])
        for item in ["Exif", "mime", "prof", "rICC"] { #expect(!text(avif).contains(item)) }
        #expect(!isPrivate(avif))
    }

    private static let baseline: Set<UInt8> = [0xE0, 0xDB, 0xC0, 0xC4, 0xDA]

    /// The markers before the first scan and between scans.
    private func segments(of jpeg: [UInt8]) -> Set<UInt8> {
        var markers: Set<UInt8> = []
        var offset = 2
        while jpeg[offset] == 0xFF, jpeg[offset + 1] != 0xD9 {
            markers.insert(jpeg[offset + 1])
            let isScan = jpeg[offset + 1] == 0xDA
            offset += 2 + (Int(jpeg[offset + 2]) << 8 | Int(jpeg[offset + 3]))
            while isScan, jpeg[offset] != 0xFF || jpeg[offset + 1] == 0 { offset += 1 }
        }
        return markers
    }

    private func chunks(of png: [UInt8]) -> Set<String> {
        var types: Set<String> = []
        var offset = 8
        while offset < png.count {
            types.insert(text(png[offset + 4..<offset + 8]))
            offset += 12 + png[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        return types
    }

    private func riffChunks(of webp: [UInt8]) -> [String] {
        var (types, offset): ([String], Int) = ([], 12)
        while offset < webp.count {
            types.append(text(webp[offset..<offset + 4]))
            let length = webp[offset + 4..<offset + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
            offset += 8 + length + length % 2
        }
        return types
    }

    private func boxes(of file: ArraySlice<UInt8>) -> [String] {
        guard file.count >= 8 else { return [] }
        let length = file.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        return [text(file.dropFirst(4).prefix(4))] + boxes(of: file.dropFirst(max(length, 8)))
    }

    private func output(
        _ format: ImageFormat,
        of input: ImageFormat,
        _ encoding: ImageEncoding = ImageEncoding(),
        sides: [Int] = [16],
        alpha: UInt8 = 255
    ) throws -> ProcessedImage {
        let waves = TestPicture.waves(width: 20, height: 16)
        let picture = TestPicture(width: 20, height: 16) { x, y in
            let pixel = waves[x, y]
            return Pixel(pixel.x, pixel.y, pixel.z, x < 10 ? alpha : 255)
        }
        let upload = try Metadata.added(to: picture.encoded(as: input), input, exif: Self.exif)
        #expect(isPrivate(upload))
        let output = ImageOutput(sides: sides, formats: [format], encoding: encoding)
        return try ImageProcessor(limits: ImageLimits(), output: output).process(upload, crop: nil)
    }

    private func isPrivate(_ bytes: [UInt8]) -> Bool { text(bytes).contains("PRIVATE") }

    private func text(_ bytes: some Sequence<UInt8>) -> String {
        String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
