/// Decodes an AVIF. AV1 knows a picture only whole; but only what the square needs of it is turned into R, G, B, A.
///
/// Measured at 12 million pixels, decoding takes at its peak for each pixel of the file: 2 bytes for 8 bits in 4:2:0, 3
/// with alpha, 7 for 10 or 12 bits in 4:4:4, 9 with alpha; and twice that for a grid, whose tiles are copied.
struct AVIFDecoding {
    let target: DecodingTarget

    func image(of upload: [UInt8]) throws(ImageError) -> GDImage {
        let file = readable(upload)
        return try unsafe file.span.withUnsafeBufferPointer { bytes throws(ImageError) in
            let reader = try unsafe AVIFReader(bytes, as: target.header, hasLayers: hasLayers(upload))
            let transform = target.colours.toSRGB(from: reader.colourSpace)
            return try reader.image(for: target, transform)
        }
    }

    /// Whether a property speaks of layers: AVIF §2.3.
    private func hasLayers(_ upload: [UInt8]) -> Bool {
        let meta = ImageHeader.meta(of: Box.all(in: ByteReader(upload)))
        let properties = meta.first("iprp").map(Box.all)?.first("ipco").map(Box.all) ?? []
        return properties.contains { ["a1op", "lsel", "a1lx"].contains($0.type) }
    }

    /// The same file as libavif must have it.
    private func readable(_ upload: [UInt8]) -> [UInt8] {
        let file = ByteReader(upload)
        let meta = ImageHeader.meta(of: Box.all(in: file))
        let places = HEIFItem.swappedSizes(meta: meta, file: file)
        let tables = meta.first("iprp").map(Box.all)?.filter { $0.type == "ipma" }.map(\.body) ?? []
        guard !places.isEmpty || tables.count > 1 else { return upload }
        var result = upload
        // Sizes are those of the coded pictures, to which libavif would else stretch them.
        for place in places {
            result.replaceSubrange(place..<place + 8, with: upload[place + 4..<place + 8] + upload[place..<place + 4])
        }
        if tables.count > 1 { join(tables, in: &result) }
        return result
    }

    /// Joins the tables that say which properties an item has. Old encoders write one table for each item, which
    /// ISO/IEC 23008-12 §9.3.1 forbids.
    private func join(_ tables: [ByteReader], in file: inout [UInt8]) {
        let kinds = Set(tables.map { $0.uint32(at: 0) })
        let isInRow = zip(tables, tables.dropFirst()).allSatisfy { $0.start + $0.count + 8 == $1.start }
        guard kinds.count == 1, isInRow, let first = tables.first, let last = tables.last else { return }
        let entries = tables.reduce(0) { $0 + ($1.uint32(at: 4) ?? 0) }
        let (start, end) = (first.start - 8, last.start + last.count)
        func big(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        let head = big(end - start) + Array("ipma".utf8) + first.all.prefix(4) + big(entries)
        let joined = head + tables.flatMap { $0.all.dropFirst(8) }
        // What is behind the last entry is not looked at.
        file.replaceSubrange(start..<end, with: joined + [UInt8](repeating: 0, count: end - start - joined.count))
    }
}
