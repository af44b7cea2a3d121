/// How the pixels of a HEIC are coded, as the boxes of its decoders say: ISO/IEC 14496-15 §8.3.3.1.
///
/// Measured with libheif 1.15 at 16 million pixels, decoding one picture takes at its peak 4.6 bytes for each pixel of 8 bits
/// in 4:2:0, 5.1 in 4:2:2 and 6.7 in 4:4:4; 9 and 12.7 for each of 10 bits, and 15 as a tile, of which luma and chroma are
/// made.
struct HEVCCoding {
    private let isDeep: Bool
    private let isHalved: Bool
    private let hasAlpha: Bool

    init(_ meta: [Box]) {
        let properties = meta.first("iprp").map(Box.all)?.first("ipco").map(Box.all) ?? []
        let codings = properties.filter { $0.type == "hvcC" }.map(\.body)
        isDeep = codings.contains { ($0.byte(at: 17) ?? 0) & 7 > 0 || ($0.byte(at: 18) ?? 0) & 7 > 0 }
        // Without chroma, or with a fourth of it.
        isHalved = codings.allSatisfy { ($0.byte(at: 16) ?? 3) & 3 <= 1 }
        // Maps of depth and gain are auxiliary as well, and many phones write them.
        hasAlpha = properties.contains {
            guard $0.type == "auxC", let name = $0.body.slice(from: 0, length: min($0.body.count, 100)) else {
                return false
            }
            return name.contains("auxid:1") || name.contains("auxiliary:alpha")
        }
    }

    /// What decoding takes of a picture, which may be put together of the tiles of a grid.
    func heldBytes(pixels: Int, _ grid: TileGrid?) -> Int {
        let decoded = isDeep ? (isHalved ? 10 : 14) : isHalved ? 5 : 7
        let tile = isDeep ? 16 : decoded
        guard let grid else { return decoded * pixels + (hasAlpha ? decoded * pixels / 2 : 0) }
        // With alpha, libheif puts it together, in R, G, B and alpha on the way.
        guard grid.isRegular, !hasAlpha else { return 2 * decoded * pixels + tile * grid.tilePixels }
        // The only tile is decoded before the whole takes any memory.
        guard grid.count > 1 else { return tile * max(pixels, grid.tilePixels) }
        return (isDeep ? 3 : 2) * pixels + tile * grid.tilePixels
    }
}
