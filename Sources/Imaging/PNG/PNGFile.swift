import Bytes

/// The chunks of a PNG, read without libpng: PNG (third edition) §5.3.
///
/// It decides which image is shown: the image of the IDAT chunks, or the first frame of an animation that does not
/// contain that image. It also completes a file whose end is missing, if some pixels are there. libpng then checks
/// whether all pixels are there.
struct PNGFile {
    /// A frame of an animation whose pixels are in fdAT chunks, and the offsets of these chunks.
    struct Frame {
        let rect: PixelRect
        fileprivate(set) var chunks: [Int] = []
    }

    /// No honest file has nearly as many chunks, however short its IDAT chunks are.
    private static let maxChunks = 10_000

    let width: Int
    let height: Int
    private(set) var orientation = ExifOrientation.up

    /// The number of frames that the acTL chunk states; nil if there is no animation.
    private(set) var frames: Int?

    /// The frame that is shown; nil if the default image is shown.
    private(set) var frame: Frame?

    /// The content of a cICP chunk that comes before the pixels.
    private(set) var codePoints: ByteReader?

    private let file: ByteReader
    private var firstPixels: Int?
    /// The offset of the first incomplete chunk; nil if the file has its IEND chunk.
    private var cut: Int?

    init(_ file: ByteReader) throws(ImageError) {
        guard file.starts(with: "IHDR", at: 12), let width = file.uint32(at: 16), let height = file.uint32(at: 20)
        else {
            throw .corrupt(.png, reason: "It does not begin with a header")
        }
        self.file = file
        self.width = width
        self.height = height
        var animation = Animation()
        var offset = 8
        var chunks = 0
        while let length = file.uint32(at: offset), file.byte(at: offset + 7) != nil {
            let isWhole = file.slice(from: offset, length: 12 + length) != nil
            if !isWhole || file.starts(with: "IEND", at: offset + 4) {
                cut = isWhole ? nil : offset
                break
            }
            chunks += 1
            guard chunks < Self.maxChunks else {
                throw .corrupt(.png, reason: "It has more than \(Self.maxChunks) chunks")
            }
            read(offset, &animation)
            offset += 12 + length
            cut = offset
        }
        try finish(animation)
    }

    /// The facts from the fcTL and fdAT chunks: §11.3.6.
    private struct Animation {
        /// Whether an fcTL chunk comes before the image; then the image is the first frame.
        var hasImage = false
        /// The frame of the first fcTL chunk; its size and position are not checked yet.
        var first: Frame?
        var controls = 0
        /// Whether the pixels of the last fcTL chunk have not come yet.
        var isOpen = false
    }

    private mutating func read(_ offset: Int, _ animation: inout Animation) {
        guard let body = body(at: offset), let type = file.text(at: offset + 4, length: 4) else { return }
        switch type {
        case "IDAT":
            firstPixels = firstPixels ?? offset
            animation.isOpen = false
        case "eXIf":
            orientation = ExifOrientation(exif: body)
        case "cICP" where firstPixels == nil && codePoints == nil && body.count == 4 && isIntact(offset):
            codePoints = body
        case "acTL" where firstPixels == nil:
            frames = body.uint32(at: 0) ?? 1
        case "fcTL":
            animation.controls += 1
            animation.isOpen = true
            animation.hasImage = animation.hasImage || firstPixels == nil
            guard animation.controls == 1, let rect = Self.rect(of: body) else { return }
            animation.first = Frame(rect: rect)
        case "fdAT":
            if animation.controls == 1 { animation.first?.chunks.append(offset) }
            animation.isOpen = false
        default:
            break
        }
    }

    /// Decides which image is shown; throws if too little of it is there.
    private mutating func finish(_ animation: Animation) throws(ImageError) {
        let tooEarly = ImageError.corrupt(.png, reason: "It ends too early")
        if let cut {
            if file.starts(with: "IDAT", at: cut + 4) { firstPixels = firstPixels ?? cut }
            let hasFrames = !animation.isOpen && animation.controls >= frames ?? 0
            guard frames == nil || hasFrames && !file.starts(with: "fdAT", at: cut + 4) else { throw tooEarly }
        }
        guard firstPixels != nil else { throw tooEarly }
        // If the first frame is not valid, the animation does not start and the default image is shown.
        guard frames ?? 0 > 0, !animation.hasImage, let first = animation.first, !first.chunks.isEmpty,
            first.rect.isInside(width: width, height: height)
        else { return }
        frame = first
    }

    /// The rectangle of a frame in its fcTL chunk, after the sequence number of 4 bytes.
    private static func rect(of control: ByteReader) -> PixelRect? {
        guard control.count == 26, let width = control.uint32(at: 4), let height = control.uint32(at: 8),
            let x = control.uint32(at: 12), let y = control.uint32(at: 16)
        else { return nil }
        return PixelRect(x: x, y: y, width: width, height: height)
    }

    /// The rectangle of the image that is shown, in the canvas.
    var rect: PixelRect { frame?.rect ?? PixelRect(x: 0, y: 0, width: width, height: height) }

    /// Whether libpng can read the image that is shown only from a rewritten file.
    var needsRewriting: Bool { frame != nil || cut != nil }

    /// A complete file in which the image that is shown is the only image.
    func rewritten() throws(ImageError) -> [UInt8] {
        guard let frame else { return withEnd() }
        guard let firstPixels, isIntact(8), var header = body(at: 8)?.all, header.count == 13,
            let others = file.slice(from: 33, length: firstPixels - 33)
        else { throw .corrupt(.png, reason: "Its header is damaged") }
        header.replaceSubrange(0..<8, with: Self.big(frame.rect.width) + Self.big(frame.rect.height))
        var result = Array(file.all[..<8]) + Self.chunk("IHDR", header) + others.all
        for offset in frame.chunks {
            guard isIntact(offset), let pixels = body(at: offset)?.slice(from: 4) else {
                throw .corrupt(.png, reason: "Its first frame is damaged")
            }
            result += Self.chunk("IDAT", pixels.all)
        }
        return result + Self.chunk("IEND", [])
    }

    /// The same file with the available bytes of the incomplete IDAT chunk, and an IEND chunk.
    private func withEnd() -> [UInt8] {
        guard let cut, let whole = file.slice(from: 0, length: cut) else { return file.all }
        var result = whole.all
        if file.starts(with: "IDAT", at: cut + 4), let length = file.uint32(at: cut) {
            let pixels = file.slice(from: cut + 8, length: min(length, file.count - cut - 8))
            result += Self.chunk("IDAT", pixels?.all ?? [])
        }
        return result + Self.chunk("IEND", [])
    }

    private func body(at offset: Int) -> ByteReader? {
        file.uint32(at: offset).flatMap { file.slice(from: offset + 8, length: $0) }
    }

    /// Whether the chunk matches its CRC.
    private func isIntact(_ offset: Int) -> Bool {
        guard let length = file.uint32(at: offset), let content = file.slice(from: offset + 4, length: 4 + length)
        else { return false }
        return file.uint32(at: offset + 8 + length) == Int(Self.crc(content.all))
    }

    private static func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
        let content = Array(type.utf8) + body
        return big(body.count) + content + big(Int(crc(content)))
    }

    private static func big(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    /// The CRC of a chunk: annex D.
    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        let table = crcTable
        return ~bytes.reduce(~0) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
    }

    private static let crcTable: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
    }
}

extension ImageHeader {
    static func png(_ bytes: ByteReader) throws(ImageError) -> ImageHeader {
        let file = try PNGFile(bytes)
        return ImageHeader(
            format: .png,
            width: file.width,
            height: file.height,
            orientation: file.orientation,
            isAnimated: file.frames != nil,
            frames: file.frames ?? 1,
            // libpng decodes row by row, but a rewritten file is in memory twice.
            heldBytes: file.needsRewriting ? bytes.count : 0
        )
    }
}
