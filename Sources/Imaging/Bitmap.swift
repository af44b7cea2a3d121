/// A small picture in memory, row after row.
package struct Bitmap: Equatable, Sendable {
    /// The number of columns.
    package let width: Int

    /// The number of rows.
    package let height: Int

    /// Row after row, from the top left.
    package let pixels: [Pixel]

    /// - Precondition: there are `width` × `height` pixels.
    package init(width: Int, height: Int, pixels: [Pixel]) {
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// The picture as it stands upright; the receiver is as stored.
    func upright(_ orientation: ExifOrientation) -> Bitmap {
        guard orientation != .up else { return self }
        let origin = index(ofUprightX: 0, y: 0, orientation)
        let nextColumn = index(ofUprightX: 1, y: 0, orientation) - origin
        let nextRow = index(ofUprightX: 0, y: 1, orientation) - origin
        let (uprightWidth, uprightHeight) = orientation.swapsAxes ? (height, width) : (width, height)
        var turned: [Pixel] = []
        turned.reserveCapacity(pixels.count)
        for y in 0..<uprightHeight {
            for x in 0..<uprightWidth {
                turned.append(pixels[origin + x * nextColumn + y * nextRow])
            }
        }
        return Bitmap(width: uprightWidth, height: uprightHeight, pixels: turned)
    }

    private func index(ofUprightX x: Int, y: Int, _ orientation: ExifOrientation) -> Int {
        let place = orientation.stored(PixelRect(x: x, y: y, width: 1, height: 1), width: width, height: height)
        return place.y * width + place.x
    }

    /// The rectangle of this size in the middle, which is inside the picture.
    func centre(width: Int, height: Int) -> Bitmap {
        guard width != self.width || height != self.height else { return self }
        let (left, top) = ((self.width - width) / 2, (self.height - height) / 2)
        let rows = (top..<top + height).map { pixels[$0 * self.width + left..<$0 * self.width + left + width] }
        return Bitmap(width: width, height: height, pixels: Array(rows.joined()))
    }

    var isOpaque: Bool { pixels.allSatisfy { $0.w == 255 } }

    /// The picture as seen on a `colour`, for formats without alpha.
    func on(_ colour: RGBColour) -> Bitmap {
        // A copy would take nearly half of all that a small picture takes.
        guard !isOpaque else { return self }
        let background = SIMD4<UInt32>(UInt32(colour.red), UInt32(colour.green), UInt32(colour.blue), 255)
        return Bitmap(width: width, height: height, pixels: pixels.map { $0.on(background) })
    }
}

extension Pixel {
    fileprivate func on(_ background: SIMD4<UInt32>) -> Pixel {
        guard w < 255 else { return self }
        let alpha = UInt32(w)
        var mixed = (SIMD4<UInt32>(truncatingIfNeeded: self) &* alpha &+ background &* (255 - alpha) &+ 127) / 255
        mixed.w = 255
        return Pixel(truncatingIfNeeded: mixed)
    }
}
