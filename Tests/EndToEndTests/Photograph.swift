import CGD
import Foundation

/// Test pictures like those of cameras and phones, and checks of the results.
enum Photograph {
    /// The colours of the four quarters of every upright picture here, from the top left, row by row.
    static let quarters: [UInt32] = [0xE04030, 0x30A050, 0x3050D0, 0xE0D040]

    /// A JPEG of 4000 × 3000 stored pixels that must be turned a quarter clockwise (orientation 6) to be upright. It
    /// contains a GPS position, like the pictures of phones.
    static func fromPhone() throws -> Data {
        let stored = try jpeg(
            width: 4000,
            height: 3000,
            quarters: [quarters[1], quarters[3], quarters[0], quarters[2]]
        )
        return stored.prefix(2) + exif + stored.dropFirst(2)
    }

    /// A PNG with few bytes and many pixels, which takes long to decode.
    static func slow() throws -> Data {
        try unsafe withImage(width: 7900, height: 8000, quarters: quarters) { image in
            var size: Int32 = 0
            guard let bytes = unsafe gdImagePngPtrEx(image, &size, 1) else { throw CocoaError(.fileWriteUnknown) }
            defer { unsafe gdFree(bytes) }
            return unsafe Data(bytes: bytes, count: Int(size))
        }
    }

    static func avif() throws -> Data {
        try unsafe withImage(width: 64, height: 64, quarters: quarters) { image in
            var size: Int32 = 0
            guard let bytes = unsafe gdImageAvifPtrEx(image, &size, 60, 10) else { throw CocoaError(.fileWriteUnknown) }
            defer { unsafe gdFree(bytes) }
            return unsafe Data(bytes: bytes, count: Int(size))
        }
    }

    /// An upright JPEG whose quarters' colours are rotated by `turn`, to distinguish pictures.
    static func small(side: Int = 300, turn: Int = 0) throws -> Data {
        try jpeg(width: side, height: side, quarters: (0..<4).map { quarters[($0 + turn) % 4] })
    }

    /// A JPEG three times as wide as high, black except for the square in its middle.
    static func wide() throws -> Data {
        try unsafe withImage(width: 900, height: 300, quarters: [0, 0, 0, 0]) { image in
            for (index, colour) in quarters.enumerated() {
                let (x, y) = (Int32(300 + index % 2 * 150), Int32(index / 2 * 150))
                unsafe gdImageFilledRectangle(image, x, y, x + 149, y + 149, Int32(bitPattern: colour))
            }
            return try unsafe jpeg(of: image)
        }
    }

    /// The colours in the middle of a JPEG's quarters, and its size; nil if it cannot be decoded.
    static func look(at jpeg: Data) -> (width: Int, height: Int, quarters: [UInt32])? {
        let bytes = Array(jpeg)
        let decoded = unsafe bytes.withUnsafeBytes { buffer in
            unsafe gdImageCreateFromJpegPtr(Int32(buffer.count), UnsafeMutableRawPointer(mutating: buffer.baseAddress))
        }
        guard let image = unsafe decoded else { return nil }
        defer { unsafe gdImageDestroy(image) }
        let width = unsafe image.pointee.sx
        let height = unsafe image.pointee.sy
        let colours = [(1, 1), (3, 1), (1, 3), (3, 3)].map { x, y in
            unsafe UInt32(bitPattern: gdImageGetTrueColorPixel(image, width * Int32(x) / 4, height * Int32(y) / 4))
                & 0xFFFFFF
        }
        return (Int(width), Int(height), colours)
    }

    /// The turn whose rotation of the quarters gives `colours`; nil if there is none.
    static func turn(of colours: [UInt32]) -> Int? {
        (0..<4).first { turn in
            zip(colours, 0..<4).allSatisfy { isClose($0, quarters[($1 + turn) % 4]) }
        }
    }

    /// JPEG at quality 70 changes a flat colour by a few levels.
    private static func isClose(_ a: UInt32, _ b: UInt32) -> Bool {
        [16, 8, 0].allSatisfy { shift in
            abs(Int(a >> UInt32(shift) & 0xFF) - Int(b >> UInt32(shift) & 0xFF)) <= 12
        }
    }

    private static func jpeg(width: Int, height: Int, quarters: [UInt32]) throws -> Data {
        try unsafe withImage(width: width, height: height, quarters: quarters) { try unsafe jpeg(of: $0) }
    }

    private static func jpeg(of image: gdImagePtr) throws -> Data {
        var size: Int32 = 0
        guard let bytes = unsafe gdImageJpegPtr(image, &size, 90) else { throw CocoaError(.fileWriteUnknown) }
        defer { unsafe gdFree(bytes) }
        return unsafe Data(bytes: bytes, count: Int(size))
    }

    private static func withImage(
        width: Int,
        height: Int,
        quarters: [UInt32],
        encode: (gdImagePtr) throws -> Data
    ) throws -> Data {
        guard let image = unsafe gdImageCreateTrueColor(Int32(width), Int32(height)) else {
            throw CocoaError(.fileWriteUnknown)
        }
        defer { unsafe gdImageDestroy(image) }
        for (index, colour) in quarters.enumerated() {
            let x = Int32(index % 2 * width / 2)
            let y = Int32(index / 2 * height / 2)
            unsafe gdImageFilledRectangle(
                image,
                x,
                y,
                x + Int32(width / 2),
                y + Int32(height / 2),
                Int32(bitPattern: colour)
            )
        }
        return try unsafe encode(image)
    }

    /// An APP1 segment, EXIF 2.3 §4.5.4: big-endian TIFF with orientation 6 and a GPS latitude reference.
    private static var exif: Data {
        let tiff: [UInt8] =
            Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 2]
            + [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]
            + [0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38] + [0, 0, 0, 0]
            + [0, 1, 0, 1, 0, 2, 0, 0, 0, 2, 0x4E, 0, 0, 0] + [0, 0, 0, 0]
        let content = Array("Exif".utf8) + [0, 0] + tiff
        let length = content.count + 2
        return Data([0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + content)
    }
}
