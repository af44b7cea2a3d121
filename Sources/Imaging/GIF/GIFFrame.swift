/// The first frame of a GIF, as it is described before its pixels: GIF89a §17–23.
struct GIFFrame {
    private static let extensionIntroducer = 0x21
    private static let graphicControlLabel = 0xF9
    private static let imageSeparator = 0x2C

    /// Where it lies on the screen.
    let rect: PixelRect

    /// Whether its rows come in four passes.
    let isInterlaced: Bool

    /// The colours of all 256 indices; those that the file does not give are transparent, as browsers show them.
    let palette: [Pixel]

    /// How many bits an index has.
    let depth: Int

    /// Where the blocks of the pixels begin.
    let pixels: Int

    /// Nothing where the file ends too early or has no frame.
    init?(firstIn file: ByteReader) {
        guard let flags = file.byte(at: 10) else { return nil }
        var offset = 13 + Self.colourTableSize(flags)
        var transparent: Int?
        while file.byte(at: offset) == Self.extensionIntroducer {
            if file.byte(at: offset + 1) == Self.graphicControlLabel {
                transparent = Self.transparentIndex(in: file, at: offset)
            }
            guard let end = Self.subBlocksEnd(in: file, from: offset + 2) else { return nil }
            offset = end
        }
        self.init(descriptor: offset, in: file, screenFlags: flags, transparent: transparent)
    }

    private init?(descriptor: Int, in file: ByteReader, screenFlags: Int, transparent: Int?) {
        guard file.byte(at: descriptor) == Self.imageSeparator, let x = file.uint16(at: descriptor + 1),
            let y = file.uint16(at: descriptor + 3), let width = file.uint16(at: descriptor + 5),
            let height = file.uint16(at: descriptor + 7), let flags = file.byte(at: descriptor + 9)
        else { return nil }
        rect = PixelRect(x: x, y: y, width: width, height: height)
        isInterlaced = flags & 0x40 != 0
        let ownSize = Self.colourTableSize(flags)
        pixels = descriptor + 11 + ownSize
        let table =
            ownSize > 0
            ? file.slice(from: descriptor + 10, length: ownSize)
            : file.slice(from: 13, length: Self.colourTableSize(screenFlags))
        guard let table, let depth = file.byte(at: pixels - 1) else { return nil }
        self.depth = depth
        palette = Self.palette(table, transparent: transparent)
    }

    /// Whether no index is transparent.
    var isOpaque: Bool { palette.prefix(1 << min(depth, 8)).allSatisfy { $0.w == 255 } }

    /// How many frames there are, this one included; of a damaged file perhaps fewer.
    func count(in file: ByteReader) -> Int {
        var count = 1
        var end = Self.subBlocksEnd(in: file, from: pixels)
        while let offset = end {
            switch file.byte(at: offset) {
            case Self.extensionIntroducer:
                end = Self.subBlocksEnd(in: file, from: offset + 2)
            case Self.imageSeparator:
                count += 1
                end = file.byte(at: offset + 9).flatMap {
                    Self.subBlocksEnd(in: file, from: offset + 11 + Self.colourTableSize($0))
                }
            default:
                return count
            }
        }
        return count
    }

    private static func palette(_ table: ByteReader, transparent: Int?) -> [Pixel] {
        (0..<256).map { index in
            guard index != transparent, let colour = table.slice(from: index * 3, length: 3)?.all else { return .zero }
            return Pixel(colour[0], colour[1], colour[2], 255)
        }
    }

    private static func transparentIndex(in file: ByteReader, at control: Int) -> Int? {
        let hasTransparency = (file.byte(at: control + 3) ?? 0) & 1 == 1
        return hasTransparency ? file.byte(at: control + 6) : nil
    }

    private static func colourTableSize(_ flags: Int) -> Int {
        flags & 0x80 == 0 ? 0 : 3 << ((flags & 7) + 1)
    }

    private static func subBlocksEnd(in file: ByteReader, from start: Int) -> Int? {
        var offset = start
        while let length = file.byte(at: offset) {
            offset += 1 + length
            if length == 0 { return offset }
        }
        return nil
    }
}
