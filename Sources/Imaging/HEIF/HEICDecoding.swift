/// Decodes a HEIC, as `AVIFDecoding` does an AVIF.
///
/// A grid is decoded tile by tile: libheif would make R, G and B of the whole on the way.
struct HEICDecoding {
    let target: DecodingTarget

    func image(of upload: [UInt8]) throws(ImageError) -> GDImage {
        let grid = TileGrid(primaryOf: ByteReader(upload))
        let file = grid?.withVisibleTiles(upload) ?? upload
        return try unsafe file.span.withUnsafeBufferPointer { bytes throws(ImageError) in
            let reader = try unsafe HEICReader(bytes, as: target.header, grid, limit: target.limit)
            let transform = target.colours.toSRGB(from: reader.colourSpace)
            return try reader.image(for: target, transform)
        }
    }
}
