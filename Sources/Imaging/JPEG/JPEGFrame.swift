/// A JPEG's frame header: ITU-T T.81 §B.2.2.
struct JPEGFrame {
    let width: Int
    let height: Int
    let isProgressive: Bool
    private let sampling: [(horizontal: Int, vertical: Int)]

    /// Reads `body`, the segment of `marker`. Table B.1: of the processes only the sequential and the progressive ones, of
    /// 8 bits, are what people call a JPEG.
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
        // 2 of each 4 is progressive, whichever the entropy coding.
        isProgressive = marker & 3 == 2
        sampling = (0..<components).map { component in
            let factors = body.byte(at: 7 + 3 * component) ?? 0x11
            return (factors >> 4, factors & 15)
        }
    }

    /// Whether other scans follow the first, which has `scanned` of the components.
    func isInScans(scanned: Int) -> Bool { isProgressive || scanned < sampling.count }

    /// What libjpeg must hold of the whole picture when the first scan has `scanned` of the components: if others follow,
    /// all coefficients, 64 of 2 bytes a block.
    func heldBytes(scanned: Int) -> Int {
        guard isInScans(scanned: scanned) else { return 0 }
        let most = (sampling.map(\.horizontal).max() ?? 1, sampling.map(\.vertical).max() ?? 1)
        return sampling.reduce(0) { bytes, factors in
            bytes + blocks(width, factors.horizontal, of: most.0) * blocks(height, factors.vertical, of: most.1) * 128
        }
    }

    /// How many blocks a component has along a side of the picture: whole minimum coded units, §A.2.4.
    private func blocks(_ length: Int, _ factor: Int, of most: Int) -> Int {
        let unit = 8 * max(most, 1)
        return (length + unit - 1) / unit * factor
    }
}
