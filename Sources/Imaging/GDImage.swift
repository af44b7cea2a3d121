import CImaging

/// A picture in gd's memory.
@safe struct GDImage: ~Copyable {
    private let image: gdImagePtr

    // gd writes what it finds wrong to standard error unless told otherwise, once for the whole process.
    private static let silence: Void = unsafe gdSetErrorMethod { _, _, _ in }

    /// Decodes the first frame of a GIF; the caller knows from the header that it will not be too large.
    init(decodingGIF bytes: [UInt8]) throws(ImageError) {
        _ = Self.silence
        let decoded = unsafe bytes.withUnsafeBytes { bytes in
            let data = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            return unsafe gdImageCreateFromGifPtr(Int32(clamping: bytes.count), data)
        }
        guard let decoded = unsafe decoded else {
            throw .corrupt(.gif, reason: "Its pixels are damaged or incomplete")
        }
        // A palette has its own alphas and a transparent index; this makes both an alpha for each pixel.
        guard unsafe gdImagePaletteToTrueColor(decoded) != 0 else {
            unsafe gdImageDestroy(decoded)
            throw .outOfMemory
        }
        unsafe image = decoded
    }

    deinit { unsafe gdImageDestroy(image) }

    var width: Int { Int(unsafe image.pointee.sx) }
    var height: Int { Int(unsafe image.pointee.sy) }

    /// Copies row `y` into `target`, beginning at `start`.
    func copyRow(_ y: Int, into target: inout [Pixel], at start: Int) {
        guard 0..<height ~= y, let row = unsafe image.pointee.tpixels[y] else { return }
        let transparent = unsafe image.pointee.transparent
        for x in 0..<min(width, target.count - start) {
            let colour = unsafe row[x]
            target[start + x] = colour == transparent ? .zero : Pixel(gd: colour)
        }
    }
}

extension Pixel {
    /// gd holds 0xAARRGGBB in an int, with an alpha of 7 bits in which 0 is opaque.
    fileprivate init(gd colour: Int32) {
        let bits = UInt32(bitPattern: colour)
        let opacity = 127 - bits >> 24 & 127
        self.init(
            UInt8(truncatingIfNeeded: bits >> 16),
            UInt8(truncatingIfNeeded: bits >> 8),
            UInt8(truncatingIfNeeded: bits),
            UInt8(opacity << 1 | opacity >> 6)
        )
    }
}
