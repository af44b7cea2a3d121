import Bytes
@testable import Imaging

/// A handmade HEIC or AVIF of encoded pictures, for grids and for any order of properties.
struct HandmadeHEIF {
    /// Files with one item each, all of the same size: one picture, or the tiles of a grid row by row.
    var tiles: [[UInt8]]
    var columns = 1
    /// The stored size of the whole picture.
    var width: Int
    var height: Int
    /// The value of "irot"; `mirror` is the value of "imir".
    var rotation: UInt8?
    var mirror: UInt8?
    /// The types of the primary item's properties, in the order of their associations.
    var order = ["ispe", "irot", "imir"]
    /// Whether "ispe" has the size after the rotation.
    var isSwapped = false
    var isGrid: Bool
    /// The number of copies of each coded picture in its item.
    var repeats = 1
    /// An additional essential property of the primary item.
    var property: [UInt8] = []

    init(
        tiles: [[UInt8]],
        columns: Int = 1,
        width: Int,
        height: Int,
        rotation: UInt8? = nil,
        mirror: UInt8? = nil
    ) {
        self.tiles = tiles
        self.columns = columns
        self.width = width
        self.height = height
        self.rotation = rotation
        self.mirror = mirror
        isGrid = tiles.count > 1
    }

    private var isHEIC: Bool { tiles[0][8..<12].elementsEqual("heic".utf8) }

    func bytes() -> [UInt8] {
        let brand = isHEIC ? "heic" : "avif"
        let ftyp = Self.box("ftyp", Array(brand.utf8) + [0, 0, 0, 0] + Array("mif1\(brand)".utf8))
        let items = tiles.compactMap { Self.item(of: $0) }.map { item in
            (item.configuration, data: Array(repeatElement(item.data, count: repeats).joined()))
        }
        // The offsets in the file depend on the size of everything before them.
        let size = ftyp.count + meta(items, start: 0).count + 8
        return ftyp + meta(items, start: size) + Self.box("mdat", items.flatMap(\.data))
    }

    private func meta(_ items: [(configuration: [UInt8], data: [UInt8])], start: Int) -> [UInt8] {
        let primary = isGrid ? items.count + 1 : 1
        let zeros = [UInt8](repeating: 0, count: 13)
        var parts = Self.box("hdlr", zeros.prefix(8) + Array("pict".utf8) + zeros)
        parts += Self.box("pitm", [0, 0, 0, 0] + Metadata.big(primary, 2))
        let types = items.map { _ in isHEIC ? "hvc1" : "av01" } + (isGrid ? ["grid"] : [])
        let entries = types.enumerated().map { index, type in
            // Tiles are hidden items, as in phones' files.
            let head = [2, 0, 0, isGrid && type != "grid" ? 1 : 0] + Metadata.big(index + 1, 2) + [0, 0]
            return Self.box("infe", head + Array(type.utf8) + [0])
        }
        parts += Self.box("iinf", [0, 0, 0, 0] + Metadata.big(entries.count, 2) + entries.joined())
        parts += locations(items.map(\.data.count), start: start)
        parts += properties(items[0].configuration, count: items.count, primary: primary)
        guard isGrid else { return Self.box("meta", [0, 0, 0, 0] + parts) }
        let tiles = (1...items.count).flatMap { Metadata.big($0, 2) }
        let reference = Self.box("dimg", Metadata.big(primary, 2) + Metadata.big(items.count, 2) + tiles)
        parts += Self.box("iref", [0, 0, 0, 0] + reference) + Self.box("idat", grid)
        return Self.box("meta", [0, 0, 0, 0] + parts)
    }

    private var grid: [UInt8] {
        [0, 0, UInt8(tiles.count / columns - 1), UInt8(columns - 1)] + Metadata.big(width, 2) + Metadata.big(height, 2)
    }

    private func locations(_ sizes: [Int], start: Int) -> [UInt8] {
        var entries: [UInt8] = []
        var offset = start
        for (index, size) in sizes.enumerated() {
            entries += Metadata.big(index + 1, 2) + [0, 0, 0, 0, 0, 1]
            entries += Metadata.big(offset, 4) + Metadata.big(size, 4)
            offset += size
        }
        if isGrid {
            entries += Metadata.big(sizes.count + 1, 2) + [0, 1, 0, 0, 0, 1] + Metadata.big(0, 4) + Metadata.big(8, 4)
        }
        let count = sizes.count + (isGrid ? 1 : 0)
        return Self.box("iloc", [1, 0, 0, 0, 0x44, 0] + Metadata.big(count, 2) + entries)
    }

    private func properties(_ configuration: [UInt8], count: Int, primary: Int) -> [UInt8] {
        let tile = (try? ImageHeader.read(tiles[0])).map { ($0.width, $0.height) } ?? (width, height)
        func size(_ width: Int, _ height: Int) -> [UInt8] {
            Self.box("ispe", [0, 0, 0, 0] + Metadata.big(width, 4) + Metadata.big(height, 4))
        }
        let own = isSwapped ? size(height, width) : size(width, height)
        let container =
            Self.box(isHEIC ? "hvcC" : "av1C", configuration) + size(tile.0, tile.1) + own
            + Self.box("irot", [rotation ?? 0]) + Self.box("imir", [mirror ?? 0]) + property
        let numbers: [String: UInt8] = ["ispe": 3, "irot": rotation == nil ? 0 : 4, "imir": mirror == nil ? 0 : 5]
        let ordered = order.compactMap { numbers[$0] }.filter { $0 > 0 } + (property.isEmpty ? [] : [0x86])
        let tileEntries = (1...count).map { Metadata.big($0, 2) + [2, 0x81, 2] }
        let primaryEntry =
            Metadata.big(primary, 2) + (isGrid ? [UInt8(ordered.count)] : [UInt8(ordered.count + 1), 0x81]) + ordered
        let entries = isGrid ? Array(tileEntries.joined()) + primaryEntry : primaryEntry
        let associations = [0, 0, 0, 0] + Metadata.big(isGrid ? count + 1 : 1, 4) + entries
        return Self.box("iprp", Self.box("ipco", container) + Self.box("ipma", associations))
    }

    /// The decoder's configuration and the coded picture of a file.
    private static func item(of file: [UInt8]) -> (configuration: [UInt8], data: [UInt8])? {
        let reader = ByteReader(file)
        let meta = ImageHeader.meta(of: Box.all(in: reader))
        guard let primary = ImageHeader.primary(in: meta), let data = reader.itemData(primary, meta: meta) else {
            return nil
        }
        let properties = HEIFItem.properties(of: primary, meta: meta)
        guard let configuration = properties.first("hvcC") ?? properties.first("av1C") else { return nil }
        return (configuration.all, data.all)
    }

    private static func box(_ type: String, _ body: [UInt8]) -> [UInt8] {
        Metadata.big(body.count + 8, 4) + Array(type.utf8) + body
    }
}
