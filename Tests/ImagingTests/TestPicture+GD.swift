import CGD

@testable import Imaging

extension TestPicture {
    /// Encodes with libgd, independently of the code under test.
    func encoded(as format: ImageFormat, quality: Int32 = 95, progressive: Bool = false) -> [UInt8] {
        guard format != .avif else { return avif() }
        guard format != .heic else { return heic() }
        let image = unsafe format == .gif ? paletteImage() : trueColourImage()
        defer { unsafe gdImageDestroy(image) }
        unsafe gdImageInterlace(image, progressive ? 1 : 0)
        var count: Int32 = 0
        let bytes =
            switch format {
            case .jpeg: unsafe gdImageJpegPtr(image, &count, quality)
            case .png: unsafe gdImagePngPtr(image, &count)
            case .gif: unsafe gdImageGifPtr(image, &count)
            case .webp, .avif, .heic: unsafe gdImageWebpPtrEx(image, &count, quality)
            }
        defer { unsafe gdFree(bytes) }
        return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    }

    /// Decodes JPEG or PNG with libgd.
    init?(decoding bytes: [UInt8], as format: ImageFormat) {
        let image = unsafe bytes.withUnsafeBytes { bytes in
            let data = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            return unsafe format == .jpeg
                ? gdImageCreateFromJpegPtr(Int32(bytes.count), data) : gdImageCreateFromPngPtr(Int32(bytes.count), data)
        }
        guard let image = unsafe image else { return nil }
        defer { unsafe gdImageDestroy(image) }
        self.init(width: Int(unsafe image.pointee.sx), height: Int(unsafe image.pointee.sy)) { x, y in
            let colour = unsafe gdImageGetTrueColorPixel(image, Int32(x), Int32(y))
            let clear = colour >> 24 & 127
            let alpha = 255 - (clear << 1 | clear >> 6)
            return Pixel(
                UInt8(colour >> 16 & 255),
                UInt8(colour >> 8 & 255),
                UInt8(colour & 255),
                UInt8(alpha)
            )
        }
    }

    @unsafe private func trueColourImage() -> gdImagePtr? {
        let image = unsafe gdImageCreateTrueColor(Int32(width), Int32(height))
        unsafe gdImageAlphaBlending(image, 0)
        unsafe gdImageSaveAlpha(image, pixels.contains { $0.w < 255 } ? 1 : 0)
        for (index, pixel) in pixels.enumerated() {
            let alpha = Int32(127 - pixel.w / 2) << 24
            let colour = alpha | Int32(pixel.x) << 16 | Int32(pixel.y) << 8 | Int32(pixel.z)
            unsafe gdImageSetPixel(image, Int32(index % width), Int32(index / width), colour)
        }
        return unsafe image
    }

    @unsafe private func paletteImage() -> gdImagePtr? {
        let image = unsafe gdImageCreate(Int32(width), Int32(height))
        let transparent = unsafe gdImageColorAllocate(image, 1, 2, 3)
        unsafe gdImageColorTransparent(image, pixels.contains { $0.w < 255 } ? transparent : -1)
        for (index, pixel) in pixels.enumerated() {
            let colour = unsafe gdImageColorResolve(image, Int32(pixel.x), Int32(pixel.y), Int32(pixel.z))
            let shown = pixel.w < 255 ? transparent : colour
            unsafe gdImageSetPixel(image, Int32(index % width), Int32(index / width), shown)
        }
        return unsafe image
    }
}
