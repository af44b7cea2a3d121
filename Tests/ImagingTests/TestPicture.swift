@testable import Imaging

/// A picture that a test draws, so that every pixel is known.
struct TestPicture: Equatable {
    let width: Int
    let height: Int
    let pixels: [Pixel]

    init(width: Int, height: Int, _ colour: (_ x: Int, _ y: Int) -> Pixel) {
        self.width = width
        self.height = height
        pixels = (0..<width * height).map { colour($0 % width, $0 / width) }
    }

    /// Copies a decoded or drawn picture.
    init(_ image: borrowing GDImage) {
        width = image.width
        height = image.height
        pixels = (0..<image.height).flatMap { image.pixels(ofRow: $0) }
    }

    /// The picture as a libgd image.
    func image() throws -> GDImage {
        var image = try GDImage(width: width, height: height)
        for y in 0..<height { image.write(pixels.span.extracting(y * width..<(y + 1) * width), row: y) }
        return image
    }

    /// Copies pixels that are stored row by row.
    @unsafe init(width: Int, height: Int, rgba: UnsafeRawPointer) {
        self.init(width: width, height: height) { x, y in
            unsafe rgba.loadUnaligned(fromByteOffset: (y * width + x) * 4, as: Pixel.self)
        }
    }

    /// Red, green, blue and yellow quarters, from the top left to the bottom right; every rotation and flip is visible.
    static func quadrants(width: Int, height: Int) -> TestPicture {
        TestPicture(width: width, height: height) { x, y in
            switch (x < width / 2, y < height / 2) {
            case (true, true): .red
            case (false, true): .green
            case (true, false): .blue
            case (false, false): .yellow
            }
        }
    }

    /// Soft waves that differ in each colour and have no symmetry.
    static func waves(width: Int, height: Int) -> TestPicture {
        TestPicture(width: width, height: height) { x, y in
            let (u, v) = (Double(x) / Double(width), Double(y) / Double(height))
            let red = 128 + 100 * (u * 9 + v * 4).waved
            let green = 128 + 100 * (u * 3 - v * 7).waved
            let blue = 40 + 170 * u * v
            return Pixel(UInt8(red), UInt8(green), UInt8(blue), 255)
        }
    }

    subscript(x: Int, y: Int) -> Pixel { pixels[y * width + x] }

    func cropped(x: Int, y: Int, side: Int) -> TestPicture {
        TestPicture(width: side, height: side) { self[x + $0, y + $1] }
    }

    /// The picture as a camera stores it with `orientation`, the sides of row 0 and column 0 (EXIF 2.32 §4.6.4).
    func stored(as orientation: Int) -> TestPicture {
        let (right, bottom) = (width - 1, height - 1)
        return switch orientation {
        case 2: TestPicture(width: width, height: height) { self[right - $0, $1] }
        case 3: TestPicture(width: width, height: height) { self[right - $0, bottom - $1] }
        case 4: TestPicture(width: width, height: height) { self[$0, bottom - $1] }
        case 5: TestPicture(width: height, height: width) { self[$1, $0] }
        case 6: TestPicture(width: height, height: width) { self[right - $1, $0] }
        case 7: TestPicture(width: height, height: width) { self[right - $1, bottom - $0] }
        case 8: TestPicture(width: height, height: width) { self[$1, bottom - $0] }
        default: self
        }
    }

    /// The plain average over the area of each target pixel, in doubles.
    func shrunk(to side: Int) -> TestPicture {
        TestPicture(width: side, height: side) { x, y in
            var sum = SIMD4<Double>.zero
            var area = 0.0
            for (row, rowShare) in Self.shares(of: y, side, height) {
                for (column, columnShare) in Self.shares(of: x, side, width) {
                    let pixel = self[column, row]
                    let share = rowShare * columnShare
                    sum += share * SIMD4(Double(pixel.x), Double(pixel.y), Double(pixel.z), Double(pixel.w))
                    area += share
                }
            }
            let mean = sum / area + 0.5
            return Pixel(UInt8(mean.x), UInt8(mean.y), UInt8(mean.z), UInt8(mean.w))
        }
    }

    private static func shares(of target: Int, _ count: Int, _ length: Int) -> [(Int, Double)] {
        let (from, to) = (target * length, (target + 1) * length)
        return (from / count...(to - 1) / count).map { pixel in
            (pixel, Double(min(to, (pixel + 1) * count) - max(from, pixel * count)) / Double(count))
        }
    }

    /// The similarity of the colours in decibels; above 35 people see no difference.
    func psnr(_ other: TestPicture) -> Double {
        guard width == other.width, height == other.height else { return 0 }
        let squares = zip(pixels, other.pixels).map { a, b in
            let difference = SIMD4<Int>(truncatingIfNeeded: a) &- SIMD4<Int>(truncatingIfNeeded: b)
            return (difference &* difference).wrappedSum() - difference.w * difference.w
        }
        let error = Double(squares.reduce(0, +)) / Double(3 * squares.count)
        return error == 0 ? 100 : (255 * 255 / error).decibels
    }
}

extension Pixel {
    /// The pixel after storage, with 7 bits of alpha.
    var kept: Pixel {
        let clear = (255 - w) / 2
        return Pixel(x, y, z, 255 - (2 * clear + clear / 64))
    }

    static let red = Pixel(220, 20, 30, 255)
    static let green = Pixel(30, 180, 40, 255)
    static let blue = Pixel(40, 50, 210, 255)
    static let yellow = Pixel(230, 220, 60, 255)

    /// Two decoders of the same JPEG round differently, and interpolate halved chroma differently.
    func isSameForEye(as other: Pixel) -> Bool { isClose(to: other, within: 10) }

    func isClose(to other: Pixel, within tolerance: Int) -> Bool {
        let difference = SIMD4<Int>(truncatingIfNeeded: self) &- SIMD4<Int>(truncatingIfNeeded: other)
        return (0..<4).allSatisfy { abs(difference[$0]) <= tolerance }
    }
}

extension [Pixel] {
    /// Whether the average difference of the levels is small; a block in a wrong place makes it much larger.
    func isSameForEye(as others: [Pixel]) -> Bool {
        let differences = zip(self, others).flatMap { pixel, other in
            (0..<3).map { abs(Int(pixel[$0]) - Int(other[$0])) }
        }
        return count == others.count && differences.reduce(0, +) < 8 * differences.count
    }
}
