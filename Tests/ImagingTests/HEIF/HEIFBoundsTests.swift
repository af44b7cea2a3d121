import Glibc
import Testing

@testable import Imaging

/// HEIF files of a few hundred kilobytes whose tables or frames would take seconds or more.
@Suite struct HEIFBoundsTests {
    private static let count = 20_000

    private static func box(_ type: String, _ body: [UInt8]) -> [UInt8] {
        Metadata.big(body.count + 8, 4) + Array(type.utf8) + body
    }

    private static func repeated(_ part: (Int) -> [UInt8], _ count: Int = count) -> [UInt8] {
        (0..<count).flatMap(part)
    }

    private static let empty = box("skip", [])

    /// Boxes to add to "meta".
    private static let tables: [String: (boxes: [UInt8], things: String)] = [
        "items in iloc": (
            box(
                "iloc",
                [1, 0, 0, 0, 0x44, 0] + Metadata.big(count, 2) + repeated { Metadata.big($0, 2) + [0, 0, 0, 0, 0, 0] }
            ),
            "items"
        ),
        "many items in iloc": (
            box(
                "iloc",
                [2, 0, 0, 0, 0x44, 0] + Metadata.big(1 << 20, 4)
                    + repeated { Metadata.big($0, 4) + [0, 0, 0, 0, 0, 0] }
            ),
            "items"
        ),
        "extents in iloc": (
            box(
                "iloc",
                [1, 0, 0, 0, 0x44, 0] + Metadata.big(900, 2)
                    + repeated({ Metadata.big($0, 2) + [0, 0, 0, 0, 0, 2] + Metadata.big(0, 16) }, 900)
            ),
            "extents"
        ),
        "extents without a byte": (
            box("iloc", [1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0xFF, 0xFF]), "extents"
        ),
        "items in iinf": (
            box(
                "iinf",
                [0, 0, 0, 0] + Metadata.big(count, 2) + repeated { box("infe", [2, 0, 0, 0] + Metadata.big($0, 2)) }
            ),
            "items"
        ),
        "items in iinf that it does not count": (
            box("iinf", [1, 0, 0, 0, 0, 0, 0, 1] + repeated { _ in empty }), "boxes"
        ),
        "references to one item": (
            box("iref", [0, 0, 0, 0] + box("dimg", [0, 1] + Metadata.big(count, 2) + repeated { _ in [0, 1] })),
            "references"
        ),
        "references of many items": (
            box(
                "iref",
                [1, 0, 0, 0] + repeated({ box("cdsc", Metadata.big($0, 4) + [0, 2, 0, 0, 0, 1, 0, 0, 0, 1]) }, 900)
            ),
            "references"
        ),
        "boxes of references": (box("iref", [0, 0, 0, 0] + repeated { _ in empty }), "boxes"),
        "properties": (box("iprp", box("ipco", repeated { _ in empty })), "boxes"),
        "associations": (
            box(
                "iprp",
                box("ipco", [])
                    + box("ipma", [0, 0, 0, 0] + Metadata.big(count, 4) + repeated { Metadata.big($0, 2) + [0] })
            ),
            "associations of properties"
        ),
        "tables of associations": (
            box(
                "iprp",
                repeated({ box("ipma", [0, 0, 0, 0, 0, 0, 0, 2] + Metadata.big($0, 2) + [0, 0, 0, 0]) }, 900)
            ),
            "associations of properties"
        ),
        "boxes in meta": (repeated { _ in empty }, "boxes"),
        "groups": (box("grpl", repeated { _ in empty }), "boxes"),
    ]

    @Test(arguments: tables.keys.sorted(), ["avif", "heic"])
    func `a table that is too long is refused before a library parses it`(_ name: String, _ brand: String) throws {
        let (boxes, things) = try #require(Self.tables[name])
        let format = try #require(ImageFormat(rawValue: brand))
        let type = Self.box("ftyp", Array(brand.utf8) + [0, 0, 0, 0] + Array("mif1\(brand)".utf8))
        let upload = type + Self.box("meta", [0, 0, 0, 0] + Self.box("pitm", [0, 0, 0, 0, 0, 1]) + boxes)
        let start = Self.processorTime
        #expect(throws: ImageError.corrupt(format, reason: "It has more than 1000 \(things)")) {
            try ImageHeader.read(upload)
        }
        #expect(Self.processorTime - start < 0.5)
    }

    @Test func `boxes in boxes are counted together`() {
        let track = Self.box("trak", Self.repeated({ _ in Self.empty }, 900))
        let upload =
            Self.box("ftyp", Array("avis".utf8) + [0, 0, 0, 0] + Array("avisavif".utf8))
            + Self.box("moov", Self.repeated({ _ in track }, 12))
        #expect(throws: ImageError.corrupt(.avif, reason: "It has more than 10000 boxes")) {
            try ImageHeader.read(upload)
        }
    }

    @Test func `the largest grids are within the bounds`() throws {
        let tile = TestPicture.quadrants(width: 64, height: 64).avif()
        let grid = HandmadeHEIF(tiles: Array(repeating: tile, count: 400), columns: 20, width: 1280, height: 1280)
        #expect(try ImageHeader.read(grid.bytes()).width == 1280)
    }

    private static let layer = box("lsel", [0, 1])
    private static let picture = TestPicture.waves(width: 512, height: 512).avif(AVIFOptions(quantizer: 50))

    /// The property makes libavif look for a layer that no frame has.
    @Test(arguments: [(600, true), (5, true), (2, false), (600, false)])
    func `more frames than one picture has are refused before they are decoded`(_ frames: Int, _ hasLayer: Bool) throws
    {
        var file = HandmadeHEIF(tiles: [Self.picture], width: 512, height: 512)
        file.repeats = frames
        file.property = hasLayer ? Self.layer : []
        let upload = file.bytes()
        let most = hasLayer ? "4 frames" : "one frame"
        let start = Self.processorTime
        #expect(throws: ImageError.corrupt(.avif, reason: "It has more than \(most) where one picture is expected")) {
            try square(of: upload)
        }
        #expect(Self.processorTime - start < 0.5)
    }

    @Test func `each tile of a grid is one frame`() throws {
        let tile = TestPicture.waves(width: 64, height: 64).avif()
        var grid = HandmadeHEIF(tiles: Array(repeating: tile, count: 4), columns: 2, width: 128, height: 128)
        try square(of: grid.bytes())
        grid.repeats = 2
        #expect(throws: ImageError.self) { try square(of: grid.bytes()) }
    }

    @Test func `a picture of few layers is decoded`() throws {
        var file = HandmadeHEIF(tiles: [Self.picture], width: 512, height: 512)
        file.property = Self.box("lsel", [0, 0])
        try square(of: file.bytes())
    }

    private func square(of upload: [UInt8]) throws {
        let output = ImageOutput(sides: [16], formats: [.jpeg])
        _ = try ImageProcessor(limits: ImageLimits(), output: output).process(upload, crop: nil)
    }

    /// The processor time of this thread in seconds.
    private static var processorTime: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
