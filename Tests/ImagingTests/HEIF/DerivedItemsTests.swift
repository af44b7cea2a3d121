import Testing

@testable import Imaging

/// HEIF files with items derived from other items.
@Suite struct DerivedItemsTests {
    private static let tiles: [ImageFormat: [UInt8]] = [
        .heic: TestPicture.waves(width: 64, height: 64).heic(), .avif: TestPicture.waves(width: 64, height: 64).avif(),
    ]

    /// A file whose item 3 is a grid of the tiles 1 and 2.
    private func grid(_ format: ImageFormat) throws -> [UInt8] {
        let tile = try #require(Self.tiles[format])
        return HandmadeHEIF(tiles: [tile, tile], columns: 2, width: 128, height: 64).bytes()
    }

    private func place(of type: String, in file: [UInt8]) throws -> Int {
        try #require(file.indices.last { file[$0...].starts(with: type.utf8) }) + 4
    }

    private func refusal(of file: [UInt8]) -> ImageError? {
        #expect(throws: ImageError.self) { try ImageHeader.read(file) }
    }

    @Test(arguments: [ImageFormat.heic, .avif]) func `a grid of coded tiles is decoded`(_ format: ImageFormat) throws {
        #expect(try ImageHeader.read(grid(format)).width == 128)
    }

    @Test(arguments: [ImageFormat.heic, .avif], ["iden", "iovl"])
    func `other derived items are refused`(_ format: ImageFormat, _ type: String) throws {
        var file = try grid(format)
        let entry = try #require(file.indices.first { file[$0...].starts(with: "grid".utf8) })
        file.replaceSubrange(entry..<entry + 4, with: type.utf8)
        let reason = "It is made of other pictures by \"\(type)\", where only \"grid\" is read"
        #expect(refusal(of: file) == .corrupt(format, reason: reason))
    }

    /// Item 3 is the grid itself; item 9 does not exist.
    @Test(arguments: [ImageFormat.heic, .avif], [3, 9])
    func `tiles must be coded pictures`(_ format: ImageFormat, _ item: UInt8) throws {
        var file = try grid(format)
        file[try place(of: "dimg", in: file) + 7] = item
        #expect(refusal(of: file) == .corrupt(format, reason: "A tile of its grid is no coded picture"))
    }

    @Test(arguments: [ImageFormat.heic, .avif]) func `tiles must have one size`(_ format: ImageFormat) throws {
        var file = try grid(format)
        // Replaces the second tile's size property by the grid's, or by none.
        let property = try place(of: "ipma", in: file) + 8 + 5 + 4
        for number: UInt8 in [3, 1, 99] {
            file[property] = number
            #expect(refusal(of: file) == .corrupt(format, reason: "Its tiles are not alike"))
        }
    }
}
