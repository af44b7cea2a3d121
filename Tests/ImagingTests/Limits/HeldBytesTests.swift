import Testing

@testable import Imaging

/// The bytes that a decoder holds for the whole picture, by the libraries' sources and by measurements.
@Suite struct HeldBytesTests {
    private func jpeg(_ marker: UInt8, sampling: [UInt8], scanned: Int? = nil) throws -> Int {
        let components = sampling.enumerated().flatMap { [UInt8($0 + 1), $1, 0] as [UInt8] }
        let frame = [8] + Metadata.big(100, 2) + Metadata.big(50, 2) + [UInt8(sampling.count)] + components
        let scan = Metadata.segment(0xDA, [UInt8(scanned ?? sampling.count)])
        return try ImageHeader.read([0xFF, 0xD8] + Metadata.segment(marker, frame) + scan).heldBytes
    }

    @Test func `a JPEG of one scan is decoded row by row`() throws {
        #expect(try jpeg(0xC0, sampling: [0x22, 0x11, 0x11]) == 0)
        #expect(try jpeg(0xC1, sampling: [0x11]) == 0)
        #expect(try jpeg(0xC9, sampling: [0x11, 0x11, 0x11]) == 0)
    }

    @Test func `a JPEG of several scans holds all of its coefficients`() throws {
        // 50 × 100 pixels are 7 × 13 blocks, or 4 × 7 units of 16 × 16.
        let (whole, halved) = (7 * 13 * 128, 4 * 7 * 128)
        #expect(try jpeg(0xC2, sampling: [0x11, 0x11, 0x11]) == 3 * whole)
        #expect(try jpeg(0xC2, sampling: [0x22, 0x11, 0x11]) == 6 * halved)
        #expect(try jpeg(0xC2, sampling: [0x22, 0x11, 0x11, 0x22]) == 10 * halved)
        #expect(try jpeg(0xCA, sampling: [0x11]) == whole)
        #expect(try jpeg(0xC0, sampling: [0x11, 0x11, 0x11], scanned: 1) == 3 * whole)
    }

    @Test func `an ordinary progressive JPEG that is shrunk holds sums instead`() throws {
        let picture = TestPicture.waves(width: 320, height: 240).encoded(as: .jpeg, quality: 80, progressive: true)
        let unfinished = Array(picture.dropLast(2))
        func held(_ jpeg: [UInt8], side: Int) throws -> Int {
            try DecodingTarget(jpeg, side: side, crop: nil).heldBytes
        }
        let blocks = 40 * 30 * 3 / 2
        #expect(try held(picture, side: 15) == blocks * 28)
        #expect(try held(picture, side: 30) == blocks * 48)
        #expect(try held(picture, side: 60) == blocks * 80)
        // libjpeg decodes these.
        #expect(try held(picture, side: 61) == blocks * 128)
        #expect(try held(unfinished, side: 15) == blocks * 128)
    }

    @Test(arguments: [false, true])
    func `a JPEG under repair is held twice, with libjpeg's bytes`(_ progressive: Bool) throws {
        let picture = TestPicture.waves(width: 320, height: 240).encoded(
            as: .jpeg,
            quality: 80,
            progressive: progressive
        )
        let target = try DecodingTarget(picture, side: 15, crop: nil)
        let repair = target.repairing(picture, reason: "")
        let coefficients = progressive ? 40 * 30 * 3 / 2 * 128 : 0
        #expect(repair.heldBytes >= coefficients + picture.count + 40 * 30)
        #expect(target.heldBytes <= coefficients / 4)
    }

    @Test func `a repair reserves memory, and a JPEG without enough memory counts as damaged`() throws {
        var mosaic = MosaicJPEG(columns: 40, rows: 40)
        mosaic.restartInterval = 10
        let picture = mosaic.bytes { _, _, _ in 128 } + [UInt8](repeating: 0, count: 4 << 20)
        var damaged = picture
        let restart = try #require(damaged.indices.first { damaged[$0] == 0xFF && damaged[$0 + 1] == 0xD3 })
        damaged[restart + 1] = 0xD0
        func process(_ jpeg: [UInt8], within megabytes: Int) throws {
            let memory = MemoryBudget(bytes: megabytes << 20, maxLarge: 4, patience: .zero)
            _ = try ImageProcessor(
                limits: ImageLimits(),
                output: ImageOutput(sides: [40], formats: [.jpeg]),
                memory: memory
            ).process(jpeg, crop: nil)
            #expect(memory.held == 0)
        }
        try process(picture, within: 4)
        try process(damaged, within: 16)
        let error = #expect(throws: ImageError.self) { try process(damaged, within: 4) }
        guard case .corrupt(.jpeg, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a frame header of zeros does no harm`() throws {
        #expect(try jpeg(0xC2, sampling: [0, 0]) == 0)
    }

    @Test(arguments: [false, true])
    func `a PNG is decoded row by row`(_ interlaced: Bool) throws {
        let picture = TestPicture.quadrants(width: 50, height: 100).encoded(as: .png, progressive: interlaced)
        #expect(try ImageHeader.read(picture).heldBytes == 0)
    }

    @Test func `the bytes of a WebP depend on its kind`() throws {
        let opaque = TestPicture.quadrants(width: 50, height: 100)
        let clear = TestPicture(width: 50, height: 100) { x, _ in Pixel(1, 2, 3, UInt8(x)) }
        #expect(try ImageHeader.read(opaque.webp(quality: 80)).heldBytes == 0)
        // One group of prefix codes, and the small images of the transforms.
        let prelude = 568 + 4 * 2954..<14_000
        func held(_ upload: [UInt8]) throws -> Int { try ImageHeader.read(upload).heldBytes }
        #expect(try prelude ~= held(opaque.webp()) - 4 * 5000)
        #expect(try prelude ~= held(clear.webp()) - 4 * 5000)
        #expect(try prelude ~= held(clear.webp(quality: 80)) - (5 * 5000 + 4 * 2500))
        let animation = TestPicture.animation(width: 50, height: 100, [(0, 0, opaque)])
        #expect(try prelude ~= held(animation) - (4 * 5000 + 2 * 4 * 2500))
    }
}
