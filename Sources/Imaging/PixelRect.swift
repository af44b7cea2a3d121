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

    /// A rectangle from a cropper in a browser, with each number rounded to the nearest integer. `nil` if one is not a
    /// number, or is over 10^15: no picture is nearly as large.
    package init?(roundingX x: Double, y: Double, width: Double, height: Double) {
        let numbers = [x, y, width, height].map { $0.rounded() }
        guard numbers.allSatisfy({ abs($0) <= 1e15 }) else { return nil }
        self.init(x: Int(numbers[0]), y: Int(numbers[1]), width: Int(numbers[2]), height: Int(numbers[3]))
    }

    /// The part that lies inside a picture of this size; nothing where there is none. No numbers overflow.
    func clamped(width pictureWidth: Int, height pictureHeight: Int) -> PixelRect? {
        func part(from start: Int, length: Int, within limit: Int) -> Range<Int>? {
            let (end, overflow) = start.addingReportingOverflow(length)
            // Only a start that is beyond the edge, or a length that is negative, can overflow to below.
            let (first, last) = (max(start, 0), min(overflow ? limit : end, limit))
            return length >= 1 && first < last ? first..<last : nil
        }
        guard let columns = part(from: x, length: width, within: pictureWidth),
            let rows = part(from: y, length: height, within: pictureHeight)
        else { return nil }
        return PixelRect(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
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
