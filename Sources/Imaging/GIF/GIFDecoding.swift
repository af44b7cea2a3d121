import Bytes

/// Decodes the first frame of a GIF row by row; the screen around the frame is transparent.
struct GIFDecoding {
    let target: DecodingTarget

    func image(of upload: [UInt8]) throws(ImageError) -> GDImage {
        guard let frame = GIFFrame(firstIn: ByteReader(upload, order: .little)) else {
            throw .corrupt(.gif, reason: "It ends before its first frame does")
        }
        guard frame.palette.contains(where: { $0.w > 0 }) else { throw .corrupt(.gif, reason: "It has no colours") }
        let decoder = try LZWDecoder(SubBlocks(upload, at: frame.pixels), depth: frame.depth)
        return try frame.isInterlaced ? passes(of: frame, decoder) : rows(of: frame, decoder)
    }

    private func rows(of frame: GIFFrame, _ opened: consuming LZWDecoder) throws(ImageError) -> GDImage {
        var decoder = opened
        let source = SourceSquare(target.square)
        let columns = source.columns.clamped(to: frame.rect.columns)
        let isCovered = columns == source.columns && source.rows.clamped(to: frame.rect.rows) == source.rows
        let isOpaque = isCovered && frame.isOpaque
        var resampler = try RowResampler<UInt8>(source, side: target.side, isOpaque: isOpaque)
        var indices = [UInt8](repeating: 0, count: frame.rect.width)
        var row = [Pixel](repeating: .zero, count: source.columns.count)
        for y in 0..<target.header.height {
            try target.limit.check()
            if frame.rect.rows ~= y {
                try decoder.read(into: &indices)
                for x in columns {
                    row[x - source.columns.lowerBound] = frame.palette[Int(indices[x - frame.rect.x])]
                }
            } else if y == frame.rect.rows.upperBound {
                for x in row.indices { row[x] = .zero }
            }
            guard source.rows ~= y else { continue }
            resampler.push(row.span)
        }
        return resampler.image
    }

    private func passes(of frame: GIFFrame, _ opened: consuming LZWDecoder) throws(ImageError) -> GDImage {
        var decoder = opened
        let source = SourceSquare(target.square)
        var resampler = PassResampler<UInt8>(source, side: target.side)
        let columns = Array(frame.rect.columns)
        var indices = [UInt8](repeating: 0, count: frame.rect.width)
        var row = [Pixel](repeating: .zero, count: frame.rect.width)
        // The first row and the step of each interlace pass: GIF89a appendix E.
        for (first, step) in [(0, 8), (4, 8), (2, 4), (1, 2)] {
            for y in stride(from: first, to: frame.rect.height, by: step) {
                try target.limit.check()
                try decoder.read(into: &indices)
                guard source.rows ~= frame.rect.y + y else { continue }
                for x in row.indices { row[x] = frame.palette[Int(indices[x])] }
                resampler.add(row.span, at: columns, row: frame.rect.y + y)
            }
        }
        return try resampler.image(nil)
    }
}

/// The description of a GIF's first frame, which comes before its pixels: GIF89a §17–23.
struct GIFFrame {
    private static let extensionIntroducer = 0x21
    private static let graphicControlLabel = 0xF9
    private static let imageSeparator = 0x2C

    /// The position and size of the frame on the logical screen.
    let rect: PixelRect

    /// Whether the rows are interlaced, in four passes.
    let isInterlaced: Bool

    /// The colours of all 256 indices; an index without a colour in the file is transparent, as in browsers.
    let palette: [Pixel]

    /// The number of bits of an index: the LZW minimum code size.
    let depth: Int

    /// The offset of the first sub-block of the pixels.
    let pixels: Int

    /// Nil if the file ends too early or has no frame.
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

    /// Whether no index of `depth` bits is transparent.
    var isOpaque: Bool { palette.prefix(1 << min(depth, 8)).allSatisfy { $0.w == 255 } }

    /// The number of frames, including this one; it may be too low if the file is damaged.
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

extension ImageHeader {
    /// Reads the logical screen and the first frame: GIF89a §18–20.
    ///
    /// A frame may extend beyond the logical screen, so the size of the picture includes both.
    static func gif(_ file: ByteReader) throws(ImageError) -> ImageHeader {
        guard let width = file.uint16(at: 6), let height = file.uint16(at: 8), let frame = GIFFrame(firstIn: file)
        else { throw .corrupt(.gif, reason: "It ends before its first frame does") }
        guard frame.rect.width > 0, frame.rect.height > 0 else {
            throw .corrupt(.gif, reason: "Its first frame is empty")
        }
        let frames = frame.count(in: file)
        return ImageHeader(
            format: .gif,
            width: max(width, frame.rect.x + frame.rect.width),
            height: max(height, frame.rect.y + frame.rect.height),
            isAnimated: frames > 1,
            frames: frames
        )
    }
}
