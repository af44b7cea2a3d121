extension ImageHeader {
    private static let extensionIntroducer = 0x21
    private static let imageSeparator = 0x2C

    /// Walks the blocks past the first frame: GIF89a §18–27.
    ///
    /// A frame need not keep to the logical screen, so that both decide how large the picture is.
    static func gif(_ file: ByteReader) throws(ImageError) -> ImageHeader {
        guard let width = file.uint16(at: 6), let height = file.uint16(at: 8), let flags = file.byte(at: 10),
            let descriptor = nextGIFFrame(in: file, from: 13 + colourTableSize(flags)),
            let frame = gifFrame(in: file, at: descriptor), let frameEnd = gifFrameEnd(in: file, at: descriptor),
            frameEnd < file.count
        else { throw .corrupt(.gif, reason: "It ends before its first frame does") }
        guard frame.width > 0, frame.height > 0 else { throw .corrupt(.gif, reason: "Its first frame is empty") }
        let frames = 1 + gifFrames(in: file, from: frameEnd)
        return ImageHeader(
            format: .gif,
            width: max(width, frame.x + frame.width),
            height: max(height, frame.y + frame.height),
            isAnimated: frames > 1,
            frames: frames,
            frame: frame
        )
    }

    private static func gifFrames(in file: ByteReader, from start: Int) -> Int {
        var (count, offset) = (0, start)
        while let descriptor = nextGIFFrame(in: file, from: offset) {
            count += 1
            guard let end = gifFrameEnd(in: file, at: descriptor) else { break }
            offset = end
        }
        return count
    }

    private static func gifFrame(in file: ByteReader, at descriptor: Int) -> PixelRect? {
        guard let x = file.uint16(at: descriptor + 1), let y = file.uint16(at: descriptor + 3),
            let width = file.uint16(at: descriptor + 5), let height = file.uint16(at: descriptor + 7)
        else { return nil }
        return PixelRect(x: x, y: y, width: width, height: height)
    }

    private static func nextGIFFrame(in file: ByteReader, from start: Int) -> Int? {
        var offset = start
        while file.byte(at: offset) == extensionIntroducer {
            guard let end = subBlocksEnd(in: file, from: offset + 2) else { return nil }
            offset = end
        }
        return file.byte(at: offset) == imageSeparator ? offset : nil
    }

    private static func gifFrameEnd(in file: ByteReader, at descriptor: Int) -> Int? {
        guard let flags = file.byte(at: descriptor + 9) else { return nil }
        let minimumCodeSize = 1
        return subBlocksEnd(in: file, from: descriptor + 10 + colourTableSize(flags) + minimumCodeSize)
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
