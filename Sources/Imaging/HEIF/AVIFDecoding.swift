/// Decodes an AVIF. AV1 knows a picture only whole; but only what the square needs of it is turned into R, G, B, A.
///
/// Measured at 12 million pixels, decoding takes at its peak for each pixel of the file: 2 bytes for 8 bits in 4:2:0, 3
/// with alpha, 7 for 10 or 12 bits in 4:4:4, 9 with alpha; and twice that for a grid, whose tiles are copied.
struct AVIFDecoding {
    let target: DecodingTarget

    func bitmap(of upload: [UInt8]) throws(ImageError) -> Bitmap {
        try unsafe sized(upload).withUnsafeBufferPointer { bytes throws(ImageError) in
            let reader = try unsafe AVIFReader(bytes, as: target.header)
            let transform = target.colours.toSRGB(from: reader.colourSpace)
            return try target.sRGB(reader.bitmap(for: target), transform)
        }
    }

    /// The same file with sizes that are those of the coded pictures, to which libavif would else stretch them.
    private func sized(_ upload: [UInt8]) -> [UInt8] {
        let file = ByteReader(upload)
        let places = HEIFItem.swappedSizes(meta: ImageHeader.meta(of: Box.all(in: file)), file: file)
        guard !places.isEmpty else { return upload }
        var result = upload
        for place in places {
            result.replaceSubrange(place..<place + 8, with: upload[place + 4..<place + 8] + upload[place..<place + 4])
        }
        return result
    }
}
