import CFonts
import Imaging

/// The pixels of a glyph and their offset from its origin; x grows to the right, y downwards.
struct Glyph {
    let width: Int
    let pixels: [Pixel]
    let left: Int
    let top: Int

    /// The number of rows.
    private var height: Int { width == 0 ? 0 : pixels.count / width }

    /// Returns the glyph moved by `x` and `y` pixels.
    func moved(x: Int, y: Int) -> Glyph {
        Glyph(width: width, pixels: pixels, left: left + x, top: top + y)
    }

    /// Whether any pixel is not transparent.
    var hasInk: Bool { pixels.contains { $0.w > 0 } }

    /// Whether two of the glyphs share more than half of the ink of the smaller one. Less is normal: parts of a letter
    /// touch, and a stroke may cross a letter.
    static func overlap(_ glyphs: [Glyph]) -> Bool {
        let ink = glyphs.map { $0.pixels.reduce(0) { $0 + Int($1.w) } }
        for (upper, glyph) in glyphs.enumerated() {
            for lower in 0..<upper where 2 * glyph.inkShared(with: glyphs[lower]) > min(ink[upper], ink[lower]) {
                return true
            }
        }
        return false
    }

    private func inkShared(with other: Glyph) -> Int {
        let rows = max(top, other.top)..<max(top, other.top, min(top + height, other.top + other.height))
        let columns = max(left, other.left)..<max(left, other.left, min(left + width, other.left + other.width))
        return rows.reduce(0) { sum, y in
            let (mine, its) = ((y - top) * width - left, (y - other.top) * other.width - other.left)
            return columns.reduce(sum) { $0 + Int(min(pixels[mine + $1].w, other.pixels[its + $1].w)) }
        }
    }

    /// Draws all glyphs on the smallest canvas that holds them; nil if they have no pixels.
    static func canvas(of glyphs: [Glyph]) throws(ImageError) -> GDImage? {
        let glyphs = glyphs.filter { !$0.pixels.isEmpty }
        guard let left = glyphs.map(\.left).min(), let top = glyphs.map(\.top).min(),
            let right = glyphs.map({ $0.left + $0.width }).max(),
            let bottom = glyphs.map({ $0.top + $0.height }).max()
        else { return nil }
        let width = right - left
        var pixels = [Pixel](repeating: .clear, count: width * (bottom - top))
        for glyph in glyphs {
            for y in 0..<glyph.height {
                let row = (glyph.top - top + y) * width + glyph.left - left
                for x in 0..<glyph.width {
                    let pixel = glyph.pixels[y * glyph.width + x]
                    if pixel.w > pixels[row + x].w { pixels[row + x] = pixel }
                }
            }
        }
        var canvas = try GDImage(width: width, height: bottom - top)
        for y in 0..<bottom - top { canvas.write(pixels.span.extracting(y * width..<(y + 1) * width), row: y) }
        return canvas
    }
}

extension Glyph {
    /// Copies the bitmap that FreeType has just rendered. Grey levels become white with alpha; colours stay.
    @unsafe init(_ slot: FT_GlyphSlotRec) {
        let (width, height) = unsafe (Int(slot.bitmap.width), Int(slot.bitmap.rows))
        let isColoured = unsafe slot.bitmap.pixel_mode == UInt8(FT_PIXEL_MODE_BGRA.rawValue)
        var pixels: [Pixel] = []
        pixels.reserveCapacity(width * height)
        for y in 0..<height {
            for x in 0..<width {
                let row = unsafe slot.bitmap.buffer + y * Int(slot.bitmap.pitch)
                unsafe pixels.append(isColoured ? Pixel(premultipliedBGRA: row + 4 * x) : Pixel(255, 255, 255, row[x]))
            }
        }
        self.init(
            width: width,
            pixels: pixels,
            left: unsafe Int(slot.bitmap_left),
            top: unsafe -Int(slot.bitmap_top)
        )
    }
}

extension Pixel {
    @unsafe fileprivate init(premultipliedBGRA bytes: UnsafePointer<UInt8>) {
        let alpha = unsafe UInt32(bytes[3])
        guard alpha > 0 else {
            self = .clear
            return
        }
        let colour = unsafe SIMD4<UInt32>(UInt32(bytes[2]), UInt32(bytes[1]), UInt32(bytes[0]), alpha)
        var pixel = (colour &* 255 &+ alpha / 2) / alpha
        pixel.w = alpha
        self.init(clamping: pixel)
    }
}
