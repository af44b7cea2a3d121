/// A rectangle of whole pixels; the origin is the top left corner.
package struct PixelRect: Sendable, Equatable {
    /// The first column.
    package let x: Int

    /// The first row.
    package let y: Int

    /// The number of columns.
    package let width: Int

    /// The number of rows.
    package let height: Int

    /// Any numbers are taken; whether they fit a picture is decided where the picture is known.
    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The largest square in the middle; an odd pixel over stays at the right or the bottom.
    var centreSquare: PixelRect {
        let side = min(width, height)
        return PixelRect(x: x + (width - side) / 2, y: y + (height - side) / 2, width: side, height: side)
    }

    /// The columns, from the first.
    package var columns: Range<Int> { x..<x + width }

    /// The rows, from the first.
    package var rows: Range<Int> { y..<y + height }

    func moved(x dx: Int, y dy: Int) -> PixelRect {
        PixelRect(x: x + dx, y: y + dy, width: width, height: height)
    }

    /// Written so that no numbers overflow.
    func isInside(width pictureWidth: Int, height pictureHeight: Int) -> Bool {
        x >= 0 && y >= 0 && width >= 1 && height >= 1
            && width <= pictureWidth && x <= pictureWidth - width
            && height <= pictureHeight && y <= pictureHeight - height
    }
}
