@testable import Imaging

/// A handmade GIF with one code for each pixel.
struct HandmadeGIF {
    var screen = (width: 4, height: 4)
    var frame = PixelRect(x: 0, y: 0, width: 4, height: 4)
    var depth = 2
    var isInterlaced = false
    var palette: [Pixel]? = [.red, .green, .blue, .yellow]
    var localPalette: [Pixel]?
    var transparent: UInt8?
    var blockSize = 255

    /// `index` gives the palette's index of each pixel of the frame.
    func bytes(index: (_ x: Int, _ y: Int) -> Int) -> [UInt8] {
        let passes = isInterlaced ? [(0, 8), (4, 8), (2, 4), (1, 2)] : [(0, 1)]
        let rows = passes.flatMap { Array(stride(from: $0.0, to: frame.height, by: $0.1)) }
        let indices = rows.flatMap { y in (0..<frame.width).map { index($0, y) } }
        // The table is cleared before codes need one more bit.
        let codes = indices.enumerated().flatMap { place, index in
            place % (1 << depth - 2) == 0 ? [clear, index] : [index]
        }
        return bytes(codes: codes + [end])
    }

    var clear: Int { 1 << depth }
    var end: Int { clear + 1 }

    /// All codes have the same size, one bit more than `depth`.
    func bytes(codes: [Int]) -> [UInt8] {
        let size = Metadata.little(screen.width, 2) + Metadata.little(screen.height, 2)
        let place = [frame.x, frame.y, frame.width, frame.height].flatMap { Metadata.little($0, 2) }
        let control: [UInt8] = transparent.map { [0x21, 0xF9, 4, 1, 0, 0, $0, 0] } ?? []
        let flags = Self.flags(localPalette) | (isInterlaced ? 0x40 : 0)
        let header = Array("GIF89a".utf8) + size + [Self.flags(palette), 0, 0] + Self.table(palette)
        let descriptor: [UInt8] = [0x2C] + place + [flags]
        let pixels: [UInt8] = [UInt8(depth)] + blocks(packed(codes)) + [0, 0x3B]
        return Array([header, control, descriptor, Self.table(localPalette), pixels].joined())
    }

    private func packed(_ codes: [Int]) -> [UInt8] {
        let bits = codes.flatMap { code in (0...depth).map { code >> $0 & 1 } }
        return stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<min(start + 8, bits.count)].reversed().reduce(0) { $0 << 1 | UInt8($1) }
        }
    }

    private func blocks(_ bytes: [UInt8]) -> [UInt8] {
        stride(from: 0, to: bytes.count, by: blockSize).flatMap { start in
            let part = bytes[start..<min(start + blockSize, bytes.count)]
            return [UInt8(part.count)] + part
        }
    }

    private static func flags(_ palette: [Pixel]?) -> UInt8 {
        palette.map { UInt8(0x80 | $0.count.trailingZeroBitCount - 1) } ?? 0
    }

    private static func table(_ palette: [Pixel]?) -> [UInt8] {
        palette?.flatMap { [$0.x, $0.y, $0.z] } ?? []
    }
}
