import Bytes
import JPEGDecoder

extension ImageHeader {
    /// Reads the segments up to the first scan, or all segments if there are several scans: ITU-T T.81 annex B.
    static func jpeg(_ file: ByteReader, accepting formats: [ImageFormat]) throws(ImageError) -> ImageHeader {
        var frame: JPEGFrame?
        var orientation: ExifOrientation?
        var offset = 2
        while let segment = file.nextJPEGSegment(from: offset) {
            switch segment.marker {
            case 0xDA:
                guard let frame else { throw .corrupt(.jpeg, reason: "It has no frame header") }
                let scanned = segment.body.byte(at: 0) ?? 0
                if frame.isInScans(scanned: scanned) { try countScans(in: file, from: offset) }
                return ImageHeader(
                    format: .jpeg,
                    width: frame.width,
                    height: frame.height,
                    orientation: orientation ?? .up,
                    heldBytes: frame.heldBytes(scanned: scanned),
                    shrinks: frame.isProgressive && ProgressiveJPEG.accepts(file)
                )
            case 0xC4, 0xC8, 0xCC:
                break
            case 0xC0...0xCF:
                let found = try JPEGFrame(segment.body, marker: segment.marker, accepting: formats)
                frame = frame ?? found
            case 0xE1 where segment.body.starts(with: "Exif\0\0", at: 0):
                orientation = orientation ?? ExifOrientation(exif: segment.body)
            default:
                break
            }
            offset = segment.end
        }
        throw .corrupt(.jpeg, reason: "It ends before its pixels begin")
    }

    /// Refuses too many scans: a scan has only a few bytes but costs a pass over the whole picture.
    private static func countScans(in file: ByteReader, from start: Int) throws(ImageError) {
        var (scans, offset) = (0, start)
        while let segment = file.nextJPEGSegment(from: offset) {
            scans += segment.marker == 0xDA ? 1 : 0
            offset = segment.end
        }
        guard scans <= ProgressiveJPEG.maxScans else {
            throw .corrupt(.jpeg, reason: "It has \(scans) scans, \(ProgressiveJPEG.maxScans) may be")
        }
    }
}

/// The frame header of a JPEG: ITU-T T.81 §B.2.2.
struct JPEGFrame {
    let width: Int
    let height: Int
    let isProgressive: Bool
    private let sampling: [(horizontal: Int, vertical: Int)]

    /// Reads `body`, the segment of `marker`. Of the processes of table B.1 only sequential and progressive ones with 8
    /// bits are accepted.
    init(_ body: ByteReader, marker: Int, accepting formats: [ImageFormat]) throws(ImageError) {
        guard let bits = body.byte(at: 0), let height = body.uint16(at: 1), let width = body.uint16(at: 3),
            let components = body.byte(at: 5)
        else { throw .corrupt(.jpeg, reason: "Its frame header is too short") }
        switch marker {
        case 0xC3, 0xC7, 0xCB, 0xCF: throw .unsupportedFormat(found: "lossless JPEG", accepted: formats)
        case 0xC5, 0xC6, 0xCD, 0xCE: throw .unsupportedFormat(found: "hierarchical JPEG", accepted: formats)
        case _ where bits != 8: throw .unsupportedFormat(found: "\(bits)-bit JPEG", accepted: formats)
        default: break
        }
        self.width = width
        self.height = height
        // In table B.1 the last two bits of a progressive marker are 2, with Huffman and with arithmetic coding.
        isProgressive = marker & 3 == 2
        sampling = (0..<components).map { component in
            let factors = body.byte(at: 7 + 3 * component) ?? 0x11
            return (factors >> 4, factors & 15)
        }
    }

    /// Whether other scans follow the first scan, which has `scanned` of the components.
    func isInScans(scanned: Int) -> Bool { isProgressive || scanned < sampling.count }

    /// The memory that libjpeg needs for the whole picture if the first scan has `scanned` of the components, in bytes.
    /// If other scans follow, it holds all coefficients: 64 of 2 bytes for each block.
    func heldBytes(scanned: Int) -> Int {
        guard isInScans(scanned: scanned) else { return 0 }
        let most = (sampling.map(\.horizontal).max() ?? 1, sampling.map(\.vertical).max() ?? 1)
        return sampling.reduce(0) { bytes, factors in
            bytes + blocks(width, factors.horizontal, of: most.0) * blocks(height, factors.vertical, of: most.1) * 128
        }
    }

    /// The blocks of a component along one side of the picture, in whole minimum coded units (MCUs): §A.2.4.
    private func blocks(_ length: Int, _ factor: Int, of most: Int) -> Int {
        let unit = 8 * max(most, 1)
        return (length + unit - 1) / unit * factor
    }
}
