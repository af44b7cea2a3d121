import Bytes

/// The grid of tiles that make up a picture in a HEIF file: ISO/IEC 23008-12 §6.6.2.3.
struct TileGrid {
    /// The number of tiles; if the file has several grids, such as one for alpha, the largest number.
    let count: Int

    /// The item IDs of the tiles, row by row, and the number of tiles in a row; `items` is empty if the data of the
    /// grid cannot be read.
    let items: [Int]
    let columns: Int

    /// The size of one tile in pixels.
    let width: Int
    let height: Int

    /// Nil if the item is not a grid, or if its first tile has no size.
    init?(of item: Int, references: ByteReader, meta: [Box], file: ByteReader) {
        let isShort = references.byte(at: 0) == 0
        func identifier(_ place: Int, of box: ByteReader) -> Int? {
            isShort ? box.uint16(at: place) : box.uint32(at: place)
        }
        let size = isShort ? 2 : 4
        let grids = references.slice(from: 4).map(Box.all)?.filter { $0.type == "dimg" }.map(\.body) ?? []
        guard let own = grids.first(where: { identifier(0, of: $0) == item }),
            let first = identifier(size + 2, of: own).flatMap({ HEIFItem($0, meta: meta, file: file) })
        else { return nil }
        count = grids.compactMap { $0.uint16(at: size) }.max() ?? 0
        let data = Self.isGrid(item, meta: meta) ? file.itemData(item, meta: meta) : nil
        let (rows, columns) = ((data?.byte(at: 2) ?? 0) + 1, (data?.byte(at: 3) ?? 0) + 1)
        let items = (0..<rows * columns).compactMap { identifier(size + 2 + $0 * size, of: own) }
        self.items = data != nil && items.count == own.uint16(at: size) ? items : []
        self.columns = columns
        // The product of two sides of 32 bits would overflow; no limit allows nearly as many pixels.
        (width, height) = (min(first.width, 1 << 20), min(first.height, 1 << 20))
    }

    /// The grid of the primary item of a file; nil if that item is not a grid.
    init?(primaryOf file: ByteReader) {
        let meta = ImageHeader.meta(of: Box.all(in: file))
        guard let item = ImageHeader.primary(in: meta), let references = meta.first("iref") else { return nil }
        self.init(of: item, references: references, meta: meta, file: file)
    }

    /// Whether the type of `item` is "grid": ISO/IEC 14496-12 §8.11.6.
    static func isGrid(_ item: Int, meta: [Box]) -> Bool {
        entries(of: [item], meta: meta).contains { $0.starts(with: "grid", at: $0.byte(at: 0) == 2 ? 8 : 10) }
    }

    /// The entries of `items` in the item table "iinf".
    private static func entries(of items: Set<Int>, meta: [Box]) -> [ByteReader] {
        guard let table = meta.first("iinf"), let entries = table.slice(from: table.byte(at: 0) == 0 ? 6 : 8) else {
            return []
        }
        return Box.all(in: entries).filter { entry in
            guard entry.type == "infe", let version = entry.body.byte(at: 0), 2...3 ~= version else { return false }
            return (version == 2 ? entry.body.uint16(at: 4) : entry.body.uint32(at: 4)).map(items.contains) ?? false
        }.map(\.body)
    }

    /// A copy of the file in which the tiles are not hidden: libheif returns no hidden items.
    func withVisibleTiles(_ upload: [UInt8]) -> [UInt8] {
        let meta = ImageHeader.meta(of: Box.all(in: ByteReader(upload)))
        var result = upload
        for entry in Self.entries(of: Set(items), meta: meta) { result[entry.start + 3] &= ~1 }
        return result
    }

    /// The pixels of one tile.
    var tilePixels: Int { width * height }

    /// The pixels of all tiles.
    var pixels: Int { count * tilePixels }

    /// Whether the grid can be read and its tiles have even sides, so that no chroma sample crosses their edges, as in
    /// ordinary files.
    var isRegular: Bool { !items.isEmpty && width.isMultiple(of: 2) && height.isMultiple(of: 2) }

    /// Whether less than one row and less than one column of tiles lie beyond the edge of the picture.
    func fits(_ picture: HEIFItem) -> Bool {
        pixels <= (min(picture.width, 1 << 20) + width) * (min(picture.height, 1 << 20) + height)
    }
}
