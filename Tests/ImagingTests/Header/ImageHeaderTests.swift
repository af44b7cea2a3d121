import Testing

@testable import Imaging

@Suite struct ImageHeaderTests {
    @Test(arguments: ImageFormat.allCases)
    func `the size of every format is read`(_ format: ImageFormat) throws {
        let header = try ImageHeader.read(TestPicture.quadrants(width: 37, height: 21).encoded(as: format))
        #expect(
            header
                == ImageHeader(
                    format: format,
                    width: 37,
                    height: 21,
                    heldBytes: header.heldBytes,
                    codedPixels: header.codedPixels
                )
        )
    }

    @Test func `the size of a lossless WebP is read`() throws {
        let header = try ImageHeader.read(TestPicture.quadrants(width: 300, height: 2).encoded(as: .webp, quality: 101))
        #expect(header == ImageHeader(format: .webp, width: 300, height: 2, heldBytes: header.heldBytes))
    }

    @Test(arguments: ExifOrientation.allCases, [ImageFormat.jpeg, .png, .webp])
    func `the orientation is read in both byte orders`(_ orientation: ExifOrientation, _ format: ImageFormat) throws {
        let picture = TestPicture.quadrants(width: 8, height: 6).encoded(as: format)
        for littleEndian in [false, true] {
            let exif = Metadata.exif(orientation: orientation.rawValue, littleEndian: littleEndian)
            let header = try ImageHeader.read(Metadata.added(to: picture, format, exif: exif))
            #expect(header.orientation == orientation)
            #expect((header.width, header.height) == (8, 6))
        }
    }

    @Test(arguments: [0, 9, 255, 65535])
    func `an invalid orientation counts as upright`(_ value: Int) throws {
        let picture = TestPicture.quadrants(width: 8, height: 6).encoded(as: .jpeg)
        let header = try ImageHeader.read(Metadata.addedToJPEG(picture, exif: Metadata.exif(orientation: value)))
        #expect(header.orientation == .up)
    }

    @Test func `a broken EXIF block counts as upright and is not refused`() throws {
        let picture = TestPicture.quadrants(width: 8, height: 6).encoded(as: .jpeg)
        let exif = Metadata.exif(orientation: 6)
        for length in 0..<30 {
            let header = try ImageHeader.read(Metadata.addedToJPEG(picture, exif: Array(exif.prefix(length))))
            #expect(header.orientation == .up, "\(length) bytes")
        }
        var farAway = exif
        farAway.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(try ImageHeader.read(Metadata.addedToJPEG(picture, exif: farAway)).orientation == .up)
    }

    @Test func `the frame of a GIF counts if it is larger than its screen`() throws {
        #expect(try ImageHeader.read(gif(screen: (1, 1), frame: (20_000, 300))).width == 20_000)
        #expect(try ImageHeader.read(gif(screen: (500, 400), frame: (3, 2))).height == 400)
    }

    @Test func `animation is found`() throws {
        let still = TestPicture.quadrants(width: 8, height: 6)
        let webp = try Metadata.addedToWebP(still.encoded(as: .webp), exif: [], animated: true)
        #expect(try ImageHeader.read(webp).isAnimated)

        let png = still.encoded(as: .png)
        let control = Metadata.chunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0])
        #expect(try ImageHeader.read(Metadata.inserted([control], into: png, at: 33)).isAnimated)

        let gif = gif(screen: (4, 4), frame: (4, 4))
        let frame = Array(gif[13...].dropLast())
        #expect(try ImageHeader.read(Metadata.inserted([frame], into: gif, at: 13)).isAnimated)
    }

    @Test func `other segments and chunks before the relevant ones are skipped`() throws {
        let picture = TestPicture.quadrants(width: 8, height: 6)
        let tables = Metadata.segment(0xC4, [UInt8](repeating: 1, count: 30))
        let jpeg = Metadata.inserted([tables, [0xFF, 0xFF]], into: picture.encoded(as: .jpeg), at: 2)
        #expect(try ImageHeader.read(jpeg) == ImageHeader(format: .jpeg, width: 8, height: 6))

        let webp = try Metadata.addedToWebP(picture.encoded(as: .webp), exif: Metadata.exif(orientation: 6))
        let endOfHeader = 30
        let chunks = Metadata.inserted([Metadata.riff("ODD ", [1, 2, 3])], into: webp, at: endOfHeader).dropFirst(8)
        #expect(try ImageHeader.read(Metadata.riff("RIFF", Array(chunks))).orientation == .right)
    }

    @Test func `a header without pixels is refused`() {
        #expect(throws: ImageError.corrupt(.gif, reason: "Its first frame is empty")) {
            try ImageHeader.read(gif(screen: (4, 4), frame: (0, 4)))
        }
        #expect(throws: ImageError.corrupt(.jpeg, reason: "It has no pixels")) {
            try ImageHeader.read(
                [0xFF, 0xD8] + Metadata.segment(0xC0, [8, 0, 0, 0, 9, 1, 1, 0x11, 0]) + Metadata.segment(0xDA, [])
            )
        }
        #expect(throws: ImageError.corrupt(.jpeg, reason: "It has no frame header")) {
            try ImageHeader.read([0xFF, 0xD8] + Metadata.segment(0xDA, []))
        }
    }

    private func gif(screen: (Int, Int), frame: (Int, Int)) -> [UInt8] {
        let descriptor = [0x2C, 0, 0, 0, 0] + Metadata.little(frame.0, 2) + Metadata.little(frame.1, 2) + [0]
        let header = Array("GIF89a".utf8) + Metadata.little(screen.0, 2) + Metadata.little(screen.1, 2) + [0, 0, 0]
        return header + descriptor + [2, 1, 0, 0, 0x3B]
    }
}
