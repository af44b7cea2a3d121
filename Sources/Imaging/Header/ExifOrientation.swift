import Bytes

/// The turn that brings the stored pixels upright: EXIF 2.32 §4.6.4, tag 0x0112.
///
/// To find the stored place of an upright pixel, swap x and y if `swapsAxes`, then count x from the right if `flipsX`,
/// and y from the bottom if `flipsY`.
package enum ExifOrientation: Int, Sendable, CaseIterable {
    case up = 1
    case upMirrored, down, downMirrored, leftMirrored, right, rightMirrored, left

    /// Whether the upright picture has the width and height of the stored picture swapped.
    package var swapsAxes: Bool { rawValue >= 5 }

    /// Whether rows are stored from the right (`flipsX`), and columns from the bottom (`flipsY`).
    var flipsX: Bool { [2, 3, 7, 8].contains(rawValue) }
    var flipsY: Bool { [3, 4, 6, 7].contains(rawValue) }

    /// This orientation followed by a quarter turn counterclockwise.
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

    /// This orientation followed by an exchange of left and right.
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

    /// Converts a rectangle of the upright picture to stored pixels; the stored picture measures `width` × `height`.
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

extension ExifOrientation {
    private static let tag = 0x0112
    private static let short = 3

    /// Reads the first directory of an EXIF block, which is a TIFF file; `.up` if the block is damaged or has no
    /// orientation.
    init(exif: ByteReader) {
        self = Self.find(in: exif).flatMap(ExifOrientation.init(rawValue:)) ?? .up
    }

    private static func find(in exif: ByteReader) -> Int? {
        let hasPrefix = exif.starts(with: "Exif\0\0", at: 0)
        guard var tiff = exif.slice(from: hasPrefix ? 6 : 0) else { return nil }
        tiff.order = tiff.starts(with: "II", at: 0) ? .little : .big
        guard tiff.starts(with: "II", at: 0) || tiff.starts(with: "MM", at: 0), tiff.uint16(at: 2) == 42,
            let directory = tiff.uint32(at: 4), let entries = tiff.uint16(at: directory)
        else { return nil }
        for entry in 0..<entries {
            let offset = directory + 2 + entry * 12
            guard let found = tiff.uint16(at: offset) else { return nil }
            guard found == tag else { continue }
            return tiff.uint16(at: offset + 2) == short ? tiff.uint16(at: offset + 8) : nil
        }
        return nil
    }
}
