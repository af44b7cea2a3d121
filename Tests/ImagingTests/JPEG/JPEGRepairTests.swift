import Bytes
@testable import JPEGDecoder
import Testing

@testable import Imaging

/// JPEG files of every kind with Huffman codes, with a little damage in one of their scans.
@Suite struct JPEGRepairTests {
    private typealias Scan = CoefficientJPEG.Scan

    struct Kind: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let jpeg: [UInt8]
    }

    private static let side = 320
    /// The restart interval in units of a scan.
    private static let interval = 2

    private static func kind(
        _ name: String,
        _ frame: UInt8,
        _ sampling: [(columns: Int, rows: Int)],
        _ script: [Scan],
        adobe: UInt8? = nil
    ) -> Kind {
        var picture = CoefficientJPEG(width: side, height: side, sampling: sampling, seed: 11)
        picture.restartInterval = interval
        let marker = adobe.map { Metadata.segment(0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, $0]) }
        return Kind(
            testDescription: name,
            jpeg: Metadata.inserted(marker.map { [$0] } ?? [], into: picture.bytes(frame: frame, script), at: 2)
        )
    }

    private static let grey = [(columns: 1, rows: 1)]
    private static let full = Array(repeating: (columns: 1, rows: 1), count: 3)
    private static let halved = [(columns: 2, rows: 2), (1, 1), (1, 1)]
    private static let four = Array(repeating: (columns: 1, rows: 1), count: 4)

    private static func all(_ components: Int) -> [Scan] { [Scan(components: Array(0..<components), band: 0...63)] }

    /// A script with every kind of scan.
    private static func progressive(_ components: Int) -> [Scan] {
        let each = 0..<components
        return [Scan(components: Array(each), band: 0...0, low: 1)]
            + each.flatMap {
                [Scan(components: [$0], band: 1...5, low: 1), Scan(components: [$0], band: 6...63, low: 1)]
            }
            + [Scan(components: Array(each), band: 0...0, high: 1)]
            + each.map { Scan(components: [$0], band: 1...63, high: 1) }
    }

    static let kinds = [
        kind("grey", 0xC0, grey, all(1)),
        kind("4:2:0", 0xC0, halved, all(3)),
        kind("4:1:1", 0xC0, [(4, 1), (1, 1), (1, 1)], all(3)),
        kind("4:4:0", 0xC0, [(1, 2), (1, 1), (1, 1)], all(3)),
        kind("CMYK", 0xC0, four, all(4)),
        kind("YCCK", 0xC0, [(2, 2), (1, 1), (1, 1), (2, 2)], all(4), adobe: 2),
        kind("RGB", 0xC0, full, all(3), adobe: 0),
        kind("extended", 0xC1, halved, all(3)),
        kind("a scan for each component", 0xC0, halved, (0..<3).map { Scan(components: [$0], band: 0...63) }),
        kind("two scans", 0xC1, full, [Scan(components: [0], band: 0...63), Scan(components: [1, 2], band: 0...63)]),
        kind("progressive grey", 0xC2, grey, progressive(1)),
        kind("progressive 4:4:4", 0xC2, full, progressive(3)),
        kind("progressive 4:2:0", 0xC2, halved, progressive(3)),
        kind("progressive CMYK", 0xC2, four, progressive(4)),
    ]

    @Test(arguments: kinds)
    func `the order of the restart markers counts, not their numbers`(_ kind: Kind) throws {
        var damaged = kind.jpeg
        for place in restarts(of: kind.jpeg).joined() { damaged[place + 1] = 0xD0 }
        #expect(try square(of: damaged).pixels.isSameForEye(as: square(of: kind.jpeg).pixels))
        // Our own decoders may shrink the undamaged picture.
        #expect(try square(of: damaged, side: 40).psnr(square(of: kind.jpeg, side: 40)) > 25)
        expectRefusal(of: damaged, "", limits: ImageLimits(strictJPEG: true))
    }

    @Test(arguments: kinds)
    func `a marker in the middle of any scan damages only its interval`(_ kind: Kind) throws {
        let whole = try square(of: kind.jpeg)
        for scan in restarts(of: kind.jpeg) {
            var damaged = kind.jpeg
            let place = scan[scan.count / 4] + 2
            damaged.replaceSubrange(place..<place + 2, with: [0xFF, 0x9C])
            let result = try square(of: damaged)
            #expect(result.psnr(whole) > 20)
            #expect(lowerHalf(of: result).isSameForEye(as: lowerHalf(of: whole)))
            expectRefusal(of: damaged, "", limits: ImageLimits(strictJPEG: true))
        }
    }

    @Test(arguments: kinds)
    func `blocks after lost intervals stay in their place`(_ kind: Kind) throws {
        let whole = try square(of: kind.jpeg)
        for scan in restarts(of: kind.jpeg) {
            // The number of intervals that may be lost in a scan of this length.
            let count = min(max(scan.count / 60, 1), 7)
            var damaged = kind.jpeg
            damaged.removeSubrange(scan[scan.count / 5]..<scan[scan.count / 5 + count])
            #expect(
                try lowerHalf(of: square(of: damaged)).isSameForEye(as: lowerHalf(of: whole)),
                "\(count) of \(scan.count)"
            )
        }
    }

    @Test(arguments: kinds)
    func `damage of more than 2 % in any scan is refused with its share`(_ kind: Kind) throws {
        for scan in restarts(of: kind.jpeg) {
            var damaged = kind.jpeg
            for index in (scan.count / 4..<scan.count / 4 + scan.count / 8).reversed() {
                damaged.removeSubrange(scan[index] + 2..<scan[index + 1])
            }
            expectRefusal(of: damaged, "% of the blocks shown are lost, 2 % may be")
        }
    }

    @Test(arguments: kinds)
    func `an upload that was truncated is refused, also between two scans`(_ kind: Kind) throws {
        let starts = kind.jpeg.indices.dropLast().filter { kind.jpeg[$0] == 0xFF && kind.jpeg[$0 + 1] == 0xDA }
        let cuts = starts + [5, 30, kind.jpeg.count / 20].map { kind.jpeg.count - $0 }
        for cut in cuts { expectRefusal(of: Array(kind.jpeg[..<cut]), "") }
    }

    @Test(arguments: kinds)
    func `changed bytes never crash, and an accepted picture keeps most pixels`(_ kind: Kind) throws {
        var generator = SeededGenerator(seed: 17)
        let whole = try square(of: kind.jpeg, side: 40)
        let start = try #require(restarts(of: kind.jpeg).first?.first)
        var taken = 0
        for _ in 0..<20 {
            var damaged = kind.jpeg
            let place = Int.random(in: start..<damaged.count - 8, using: &generator)
            for place in place..<place + 4 { damaged[place] = .random(in: 0...255, using: &generator) }
            guard let result = try? square(of: damaged, side: 40) else { continue }
            taken += 1
            #expect(result.psnr(whole) > 15)
        }
        #expect(taken > 5)
    }

    @Test(arguments: [3, 4, 5, 7, 9, 12])
    func `a gap of any length in the numbers is found`(_ count: Int) throws {
        let jpeg = Self.kinds[0].jpeg
        let scan = restarts(of: jpeg)[0]
        for first in [0, 40, 300] {
            var damaged = jpeg
            damaged.removeSubrange(scan[first]..<scan[first + count])
            let same = try lowerHalf(of: square(of: damaged)).isSameForEye(as: lowerHalf(of: square(of: jpeg)))
            #expect(same, "\(first)")
        }
    }

    @Test(arguments: [(1, 1), (3, 2), (2, 5)])
    func `an interval between two gaps stays in its place`(_ first: Int, _ second: Int) throws {
        let jpeg = Self.kinds[0].jpeg
        let scan = restarts(of: jpeg)[0]
        var damaged = jpeg
        damaged.removeSubrange(scan[40 + first + 1]..<scan[40 + first + 1 + second])
        damaged.removeSubrange(scan[40]..<scan[40 + first])
        let (result, whole) = try (square(of: damaged), square(of: jpeg))
        #expect(lowerHalf(of: result).isSameForEye(as: lowerHalf(of: whole)))
        // A row of blocks has 20 intervals of 16 pixels; no marker precedes the first one.
        let interval = 40 + first + 1
        for x in interval % 20 * 16..<interval % 20 * 16 + 16 {
            let y = interval / 20 * 8 + 3
            #expect(result[x, y].isSameForEye(as: whole[x, y]))
        }
    }

    @Test(arguments: [8, 16])
    func `a gap that the numbers do not show is refused`(_ count: Int) throws {
        let jpeg = Self.kinds[0].jpeg
        let scan = restarts(of: jpeg)[0]
        var damaged = jpeg
        damaged.removeSubrange(scan[40]..<scan[40 + count])
        expectRefusal(of: damaged, "its restarts do not tell what is missing")
        // The same if other gaps could be the longer ones.
        damaged.removeSubrange(scan[20]..<scan[21])
        damaged.removeSubrange(scan[10]..<scan[11])
        expectRefusal(of: damaged, count == 8 ? "its restarts do not tell what is missing" : "2 % may be")
    }

    @Test func `missing intervals are refused if the numbers are meaningless`() throws {
        let jpeg = Self.kinds[0].jpeg
        let scan = restarts(of: jpeg)[0]
        var damaged = jpeg
        for place in scan { damaged[place + 1] = 0xD0 }
        damaged.removeSubrange(scan[40]..<scan[41])
        expectRefusal(of: damaged, "its restarts do not tell what is missing")
    }

    @Test func `a scan with too many restarts is refused fast`() throws {
        var generator = SeededGenerator(seed: 1)
        let jpeg = Self.kinds[0].jpeg
        let scan = restarts(of: jpeg)[0]
        let markers = (0..<400_000).flatMap { _ in [0xFF, UInt8.random(in: 0xD0...0xD7, using: &generator)] }
        let damaged = Array(jpeg[..<scan[40]]) + markers + jpeg[scan[40]...]
        let time = ContinuousClock().measure { expectRefusal(of: damaged, "") }
        #expect(time < .seconds(5))
    }

    @Test func `missing markers in many scans do not grow the repaired file without limit`() throws {
        var picture = CoefficientJPEG(width: 2048, height: 8, sampling: Self.grey, seed: 1)
        picture.restartInterval = 1
        var jpeg = picture.progressive([Scan(components: [0], band: 0...0, low: 1)])
        let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC2 })
        jpeg.replaceSubrange(frame + 5..<frame + 7, with: Metadata.big(2048, 2))
        let scan = Metadata.segment(0xDA, [1, 1, 0, 0, 0, 1]) + [0x55]
        let damaged = Array(jpeg[..<(jpeg.count - 2)]) + repeatElement(scan, count: 98).joined() + [0xFF, 0xD9]
        var survey = JPEGSurvey(
            of: damaged,
            size: (2048, 8),
            shown: (1020..<1028, 0..<8),
            reason: "It is so",
            mayContinue: { true }
        )
        #expect(throws: JPEGFailure.damaged(reason: "It is so")) { try survey.repaired() }
        expectRefusal(of: damaged, "")
    }

    /// The offsets of the restart markers by scan.
    private func restarts(of jpeg: [UInt8]) -> [[Int]] {
        var scans: [[Int]] = []
        var offset = 2
        while let (marker, end) = ByteReader(jpeg).nextMarker(from: offset) {
            offset = end
            if marker == 0xDA { scans.append([]) }
            if 0xD0...0xD7 ~= marker { scans[scans.count - 1].append(end - 2) }
        }
        return scans
    }

    /// The half that damage in the upper half does not reach.
    private func lowerHalf(of picture: TestPicture) -> [Pixel] {
        Array(picture.pixels.suffix(picture.pixels.count / 2))
    }

    private func expectRefusal(
        of jpeg: [UInt8],
        _ reason: String,
        limits: ImageLimits = ImageLimits(),
        _ location: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: ImageError.self, sourceLocation: location) {
            _ = try square(of: jpeg, side: 40, limits: limits)
        }
        guard case .corrupt(.jpeg, let found) = error else { return }
        #expect(reason.isEmpty || found.contains(reason), sourceLocation: location)
    }

    private func square(
        of jpeg: [UInt8],
        side: Int = Self.side,
        limits: ImageLimits = ImageLimits()
    ) throws -> TestPicture {
        let processor = ImageProcessor(limits: limits, output: ImageOutput(sides: [side], formats: [.png]))
        return try #require(TestPicture(decoding: processor.process(jpeg, crop: nil).variant.bytes, as: .png))
    }
}
