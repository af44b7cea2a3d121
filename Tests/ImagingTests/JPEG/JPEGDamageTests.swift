import Testing

@testable import Imaging

/// Baseline JPEG files with a little damage, as some phones write them: 40 × 40 units, each a block with one colour,
/// and a restart after every 10 units.
@Suite struct JPEGDamageTests {
    private static let mosaic = mosaic(restartInterval: 10)
    private static let jpeg = mosaic.bytes(mean: mean)
    /// The offsets of the restart markers.
    private static let restarts = jpeg.indices.dropLast().filter { jpeg[$0] == 0xFF && 0xD0...0xD7 ~= jpeg[$0 + 1] }

    private static func mosaic(restartInterval: Int) -> MosaicJPEG {
        var mosaic = MosaicJPEG(columns: 40, rows: 40)
        mosaic.restartInterval = restartInterval
        return mosaic
    }

    private static func mean(_ component: Int, x: Int, y: Int) -> Int {
        component == 0 ? 40 + (x * 3 + y * 2) % 180 : 128 + (component == 1 ? x : y)
    }

    // Our own decoder shrinks the picture to 40; libjpeg decodes it at full size.
    @Test(arguments: [40, 320], ["zeros", "backwards", "by one", "by four", "by twos"])
    func `the order of the restart markers counts, not their numbers`(_ side: Int, _ numbers: String) throws {
        var damaged = Self.jpeg
        for (index, place) in Self.restarts.enumerated() {
            let number = ["zeros": 0, "backwards": 7 - index % 8, "by one": index + 1, "by four": index + 4]
            damaged[place + 1] = UInt8(0xD0 + (number[numbers] ?? 2 * index) % 8)
        }
        #expect(try square(of: damaged, side: side).psnr(square(of: Self.jpeg, side: side)) > 45)
        let (without, with) = try (square(of: damaged.dropLast(2), side: side), square(of: damaged, side: side))
        #expect(without.pixels.isSameForEye(as: with.pixels))
    }

    // One or two intervals of 160 are less than 2 %.
    @Test(arguments: [1, 2], [0, 77, 156])
    func `blocks after a lost interval stay in their place`(_ count: Int, _ first: Int) throws {
        var damaged = Self.jpeg
        damaged.removeSubrange(Self.restarts[first]..<Self.restarts[first + count])
        let (result, whole) = try (square(of: damaged, side: 40), square(of: Self.jpeg, side: 40))
        let lost = (first + 1) * 10..<(first + 1 + count) * 10
        for place in 0..<1600 {
            // libjpeg fills lost blocks with grey; colours mix at their edge.
            let isNear = lost.contains { abs($0 % 40 - place % 40) <= 1 && abs($0 / 40 - place / 40) <= 1 }
            #expect(isNear || result.pixels[place].isClose(to: whole.pixels[place], within: 4), "\(place)")
        }
        #expect(result.pixels[lost.lowerBound + 5].isClose(to: Pixel(128, 128, 128, 255), within: 4))
    }

    @Test func `an extra marker does no damage`() throws {
        var damaged = Self.jpeg
        damaged.insert(contentsOf: damaged[Self.restarts[10]..<Self.restarts[10] + 2], at: Self.restarts[11])
        #expect(try square(of: damaged, side: 40).psnr(square(of: Self.jpeg, side: 40)) > 45)
    }

    @Test(arguments: [[0xFF, 0x9C], [0xFF, 0x01]] as [[UInt8]])
    func `a marker of another kind damages only its interval`(_ marker: [UInt8]) throws {
        var damaged = Self.jpeg
        damaged.replaceSubrange(Self.restarts[60] + 6..<Self.restarts[60] + 8, with: marker)
        #expect(try square(of: damaged, side: 40).psnr(square(of: Self.jpeg, side: 40)) > 25)
    }

    @Test func `damage of more than 2 % is refused with its share`() throws {
        for (count, share) in [(4, "2.5"), (16, "10.0")] {
            var damaged = Self.jpeg
            for index in (20..<20 + count).reversed() { lose(index, in: &damaged) }
            expectRefusal(of: damaged, "\(share) % of the blocks shown are lost, 2 % may be")
        }
    }

    @Test(arguments: [0, 10])
    func `a picture with an early end marker is accepted if little is lost`(_ restartInterval: Int) throws {
        let jpeg = Self.mosaic(restartInterval: restartInterval).bytes(mean: Self.mean)
        let whole = try square(of: jpeg, side: 40)
        let early = Array(jpeg.dropLast(60)) + [0xFF, 0xD9]
        #expect(try square(of: early, side: 40).psnr(whole) > 25)
        expectRefusal(of: Array(jpeg.dropLast(jpeg.count / 4)) + [0xFF, 0xD9], "% may be")
    }

    @Test(arguments: [0, 10], [1, 2, 5, 60, 4000])
    func `a truncated upload is refused even if little is lost`(_ restartInterval: Int, _ bytes: Int) {
        let jpeg = Self.mosaic(restartInterval: restartInterval).bytes(mean: Self.mean)
        expectRefusal(of: jpeg.dropLast(2 + bytes), "Premature end of JPEG file")
    }

    @Test func `damage outside the crop does not count`() throws {
        var damaged = Self.jpeg
        // The damage is in rows 20 to 24 of the units.
        for index in (79..<99).reversed() { lose(index, in: &damaged) }
        for y in [0, 200] {
            _ = try square(of: damaged, side: 20, crop: PixelRect(x: 0, y: y, width: 120, height: 120))
        }
        let crop = PixelRect(x: 0, y: 80, width: 120, height: 120)
        expectRefusal(of: damaged, "33.4 % of the blocks shown", crop: crop)
    }

    @Test func `a service with strict JPEG refuses any damage`() throws {
        var damaged = Self.jpeg
        damaged[Self.restarts[3] + 1] = 0xD0
        _ = try square(of: damaged, side: 40)
        #expect(throws: ImageError.self) { try square(of: damaged, side: 40, limits: ImageLimits(strictJPEG: true)) }
    }

    /// Removes the interval between a restart and the next.
    private func lose(_ restart: Int, in jpeg: inout [UInt8]) {
        jpeg.removeSubrange(Self.restarts[restart] + 2..<Self.restarts[restart + 1])
    }

    private func expectRefusal(
        of jpeg: some Sequence<UInt8>,
        _ reason: String,
        crop: PixelRect? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: ImageError.self, sourceLocation: location) {
            try square(of: jpeg, side: 40, crop: crop)
        }
        guard case .corrupt(.jpeg, let found) = error else { return }
        #expect(found.contains(reason), sourceLocation: location)
    }

    private func square(
        of jpeg: some Sequence<UInt8>,
        side: Int,
        crop: PixelRect? = nil,
        limits: ImageLimits = ImageLimits()
    ) throws -> TestPicture {
        let processor = ImageProcessor(limits: limits, output: ImageOutput(sides: [side], formats: [.png]))
        let bytes = try processor.process(Array(jpeg), crop: crop).variant.bytes
        return try #require(TestPicture(decoding: bytes, as: .png))
    }
}
