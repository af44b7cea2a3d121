package import Bytes

/// A JPEG that our own decoder accepts, baseline or progressive; nearly all files are such JPEGs.
package enum OrdinaryJPEG {
    case sequential(SequentialJPEG)
    case progressive(ProgressiveJPEG)

    package init?(_ file: ByteReader) {
        if let picture = SequentialJPEG(file) {
            self = .sequential(picture)
        } else if let picture = ProgressiveJPEG(file) {
            self = .progressive(picture)
        } else {
            return nil
        }
    }

    package var tables: JPEGTables {
        switch self {
        case .sequential(let picture): picture.tables
        case .progressive(let picture): picture.tables
        }
    }
}

extension OrdinaryJPEG {
    /// Decodes the file, luma at `eighths`/8 of its size (1, 2, 4 or 8). Returns false if libjpeg must decode it: a
    /// baseline file with damage, or a progressive file at full size.
    package func decode(_ file: [UInt8], eighths: Int, _ output: JPEGOutput) throws(JPEGFailure) -> Bool {
        // Chroma with half the samples in each direction is reduced half as much. At 4/8 it is reduced to 4/8, too:
        // that leaves at least the target's side.
        switch (eighths, tables.hasHalvedChroma) {
        case (1, false): try decode(file, SIMD2.self, SIMD2.self, (1, 1), output)
        case (1, true): try decode(file, SIMD2.self, SIMD4.self, (1, 2), output)
        case (2, false): try decode(file, SIMD4.self, SIMD4.self, (2, 2), output)
        case (2, true): try decode(file, SIMD4.self, SIMD16.self, (2, 4), output)
        case (4, _): try decode(file, SIMD16.self, SIMD16.self, (4, 4), output)
        case (8, _): try decodeWhole(file, output)
        default: false
        }
    }

    private func decode<Luma: ReducedMeans, Chroma: ReducedMeans>(
        _ file: [UInt8],
        _: Luma.Type,
        _: Chroma.Type,
        _ eighths: (luma: Int, chroma: Int),
        _ output: JPEGOutput
    ) throws(JPEGFailure) -> Bool {
        switch self {
        case .sequential(let picture):
            var decoding = BaselineDecoding<Luma, Chroma>(
                picture,
                of: file,
                output,
                luma: eighths.luma,
                chroma: eighths.chroma
            )
            return try decoding.run()
        case .progressive(let picture):
            var decoding = ProgressiveDecoding<Luma, Chroma>(
                picture,
                of: file,
                output,
                luma: eighths.luma,
                chroma: eighths.chroma
            )
            try decoding.run()
            return true
        }
    }

    private func decodeWhole(_ file: [UInt8], _ output: JPEGOutput) throws(JPEGFailure) -> Bool {
        guard case .sequential(let picture) = self else { return false }
        var decoding = BaselineDecoding<FullBlock, FullBlock>(picture, of: file, output, luma: 8, chroma: 8)
        return try decoding.run()
    }
}

/// The headers of a baseline JPEG with a single scan; nearly all photographs are such files.
package struct SequentialJPEG {
    struct Component {
        let size: JPEGTables.Component
        /// The quantization steps, in zigzag order.
        let steps: [Float]
        let dc: HuffmanTable
        let ac: HuffmanTable
    }

    private(set) var tables = JPEGTables()
    private(set) var components: [Component] = []
    private(set) var scanStart = 0

    init?(_ file: ByteReader) {
        var offset = 2
        while let segment = file.nextJPEGSegment(from: offset) {
            offset = segment.end
            if segment.marker == 0xDA {
                scanStart = offset
                guard readScan(segment.body), tables.isUsual else { return nil }
                return
            }
            guard tables.read(segment.marker, segment.body, frames: 0xC0...0xC0) else { return nil }
        }
        return nil
    }

    /// Scan header: §B.2.3. Accepts only a scan of all components with all coefficients.
    private mutating func readScan(_ body: ByteReader) -> Bool {
        let count = tables.components.count
        guard count > 0, body.byte(at: 0) == count, body.count == 4 + 2 * count,
            body.byte(at: 1 + 2 * count) == 0, body.byte(at: 2 + 2 * count) == 63, body.byte(at: 3 + 2 * count) == 0
        else { return false }
        for (index, each) in tables.components.enumerated() {
            guard body.byte(at: 1 + 2 * index) == each.id, let codes = body.byte(at: 2 + 2 * index),
                let steps = tables.steps(of: each), let dc = tables.dc(codes >> 4), var ac = tables.ac(codes & 15),
                !ac.endsManyBlocks
            else { return false }
            ac.findPairs()
            components.append(Component(size: each, steps: steps, dc: dc, ac: ac))
        }
        return true
    }
}
