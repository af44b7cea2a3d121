import Imaging

/// Where a picture is not transparent.
struct Ink {
    /// The smallest rectangle that holds all of it.
    let bounds: PixelRect

    /// Where the eye takes its centre to be: half way from the middle of the bounds to the centre of gravity, so that the
    /// tail of a `J` does not lift the letters beside it.
    let centre: SIMD2<Double>

    /// Nil when there is none.
    init?(_ image: borrowing GDImage) {
        var columns = [Int](repeating: 0, count: image.width)
        var rows = [Int](repeating: 0, count: image.height)
        for y in rows.indices {
            for (x, pixel) in image.pixels(ofRow: y).enumerated() {
                columns[x] += Int(pixel.w)
                rows[y] += Int(pixel.w)
            }
        }
        guard let across = Extent(columns), let down = Extent(rows) else { return nil }
        bounds = PixelRect(x: across.first, y: down.first, width: across.length, height: down.length)
        centre = SIMD2(across.centre, down.centre)
    }
}

/// Where ink lies along one axis.
private struct Extent {
    let first: Int
    let length: Int
    let centre: Double

    init?(_ ink: [Int]) {
        guard let first = ink.firstIndex(where: { $0 > 0 }), let last = ink.lastIndex(where: { $0 > 0 }) else {
            return nil
        }
        self.first = first
        length = last - first + 1
        let gravity = ink.enumerated().reduce(0) { $0 + (Double($1.offset) + 0.5) * Double($1.element) }
        centre = (Double(first + last + 1) / 2 + gravity / Double(ink.reduce(0, +))) / 2
    }
}
