/// How the stored pixels must be turned to stand upright: EXIF 2.32 §4.6.4, tag 0x0112.
///
/// An upright pixel is found in storage in two steps: swap x and y if `swapsAxes`, then count from the far side where
/// flipped.
package enum ExifOrientation: Int, Sendable, CaseIterable {
    case up = 1
    case upMirrored, down, downMirrored, leftMirrored, right, rightMirrored, left

    /// Whether the upright picture is as wide as the stored one is high.
    package var swapsAxes: Bool { rawValue >= 5 }

    /// Whether rows are stored from the right, and columns from the bottom.
    var flipsX: Bool { [2, 3, 7, 8].contains(rawValue) }
    var flipsY: Bool { [3, 4, 6, 7].contains(rawValue) }

    /// The orientation of a picture that is, after this turn, turned once more by a quarter against the clock.
    var turnedLeft: ExifOrientation {
        switch self {
        case .up: .left
        case .left: .down
        case .down: .right
        case .right: .up
        case .upMirrored: .leftMirrored
        case .leftMirrored: .downMirrored
        case .downMirrored: .rightMirrored
        case .rightMirrored: .upMirrored
        }
    }

    /// The orientation of a picture whose left and right are, after this turn, exchanged.
    var mirrored: ExifOrientation {
        switch self {
        case .up: .upMirrored
        case .upMirrored: .up
        case .down: .downMirrored
        case .downMirrored: .down
        case .leftMirrored: .right
        case .right: .leftMirrored
        case .rightMirrored: .left
        case .left: .rightMirrored
        }
    }

    /// The place in storage, which measures `width` × `height`, of a rectangle of the upright picture.
    func stored(_ upright: PixelRect, width: Int, height: Int) -> PixelRect {
        let rect =
            swapsAxes
            ? PixelRect(x: upright.y, y: upright.x, width: upright.height, height: upright.width)
            : upright
        return PixelRect(
            x: flipsX ? width - rect.x - rect.width : rect.x,
            y: flipsY ? height - rect.y - rect.height : rect.y,
            width: rect.width,
            height: rect.height
        )
    }
}
