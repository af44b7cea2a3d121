import Testing

@testable import Imaging

@Suite struct MetadataTests {
    private static let exif = Metadata.exif(orientation: 6)

    @Test(arguments: [ImageFormat.jpeg, .png, .webp])
    func `a JPEG holds nothing but the picture`(_ format: ImageFormat) throws {
        let jpeg = try output(.jpeg, of: format)
        let allowed: Set<UInt8> = [0xE0, 0xDB, 0xC0, 0xC4, 0xDA]
        var markers: Set<UInt8> = []
        var offset = 2
        while !markers.contains(0xDA), jpeg[offset] == 0xFF {
            markers.insert(jpeg[offset + 1])
            offset += 2 + (Int(jpeg[offset + 2]) << 8 | Int(jpeg[offset + 3]))
        }
        #expect(markers == allowed)
        #expect(!isPrivate(jpeg))
    }

    @Test(arguments: [ImageFormat.jpeg, .png, .webp])
    func `a PNG holds nothing but the picture`(_ format: ImageFormat) throws {
        let png = try output(.png, of: format)
        let allowed: Set<String> = ["IHDR", "IDAT", "IEND"]
        var offset = 8
        while offset < png.count {
            #expect(allowed.contains(String(decoding: png[offset + 4..<offset + 8], as: UTF8.self)))
            offset += 12 + png[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        #expect(!isPrivate(png))
    }

    private func output(_ format: ImageFormat, of input: ImageFormat) throws -> [UInt8] {
        let picture = TestPicture.waves(width: 20, height: 16).encoded(as: input)
        let upload = try Metadata.added(to: picture, input, exif: Self.exif)
        #expect(isPrivate(upload))
        let processor = ImageProcessor(limits: ImageLimits(), output: ImageOutput(sides: [16], formats: [format]))
        return try processor.process(upload, crop: nil).variant.bytes
    }

    private func isPrivate(_ bytes: [UInt8]) -> Bool {
        String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).contains("PRIVATE")
    }
}
