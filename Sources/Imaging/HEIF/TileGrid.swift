/// The tiles that a picture in a HEIF file is put together of: ISO/IEC 23008-12 §6.6.2.3.
struct TileGrid {
    /// How many tiles there are; where there is a grid of alpha too, those of the larger one.
    let count: Int

    /// The size of one of them.
    private let width: Int
    private let height: Int

    /// Nothing where the item is no grid, or where its tiles do not tell their size.
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
        // Sides of 32 bits each would overflow; no limit allows nearly as much.
        (width, height) = (min(first.width, 1 << 20), min(first.height, 1 << 20))
    }

    /// The width × height of one tile.
    var tilePixels: Int { width * height }

    /// The same for all of them.
    var pixels: Int { count * tilePixels }

    /// Whether the tiles are no more than cover the picture: less than one in a row, and one in a column, lies beyond its edge.
    func fits(_ picture: HEIFItem) -> Bool {
        pixels <= (min(picture.width, 1 << 20) + width) * (min(picture.height, 1 << 20) + height)
    }
}
