/// The 64 samples of a block at full size. It holds the coefficients until `finish` transforms them.
///
/// The inverse DCT is the one of Arai, Agui and Nakajima ("A Fast DCT-SQ Scheme for Images", 1988); the weights contain
/// most of its multiplications. It transforms eight columns at once.
struct FullBlock: BlockMeans {
    /// The index of a coefficient in the block, and its quantization step times the scale factors of the transform.
    struct Weight {
        let place: Int
        let step: Float
    }

    static let zero = FullBlock()
    static let grey = FullBlock()

    /// Column by column before the transform, row by row after it. Index 64 takes the contributions with weight zero.
    private var values = InlineArray<72, Float>(repeating: 0)

    /// The scale factors of rows and columns that the transform leaves out.
    private static let scale: [Float] = [
        1, 1.387039845, 1.306562965, 1.175875602, 1, 0.785694958, 0.541196100, 0.275899379,
    ]

    static func weights(steps: [Float], eighths: Int) -> [Weight] {
        let weights = steps.enumerated().map { place, step in
            let (row, column) = (Zigzag.order[place] / 8, Zigzag.order[place] % 8)
            return Weight(place: column * 8 + row, step: step * scale[row] * scale[column] / 8)
        }
        return weights + Array(repeating: Weight(place: 64, step: 0), count: HuffmanTable.endOfBlock)
    }

    @inline(__always) mutating func add(_ weight: Weight, times coefficient: Float) {
        // Added, not assigned: a coefficient may arrive in several parts, of which all but one are zero.
        values[weight.place] += weight.step * coefficient
    }

    @inline(__always) func finish(in result: inout FullBlock) {
        unsafe withUnsafeBytes(of: values) { bytes in
            @inline(__always) func vector(_ index: Int) -> SIMD8<Float> {
                unsafe bytes.loadUnaligned(fromByteOffset: 32 * index, as: SIMD8<Float>.self)
            }
            var block = Columns(
                vector(0),
                vector(1),
                vector(2),
                vector(3),
                vector(4),
                vector(5),
                vector(6),
                vector(7)
            )
            block.addToFirst(128)
            block.transform()
            block.transpose()
            block.transform()
            unsafe withUnsafeMutableBytes(of: &result.values) { unsafe $0.storeBytes(of: block, as: Columns.self) }
        }
    }
}

/// Eight vectors of eight numbers.
private struct Columns: BitwiseCopyable {
    private var a, b, c, d, e, f, g, h: SIMD8<Float>

    @inline(__always)
    init(
        _ a: SIMD8<Float>,
        _ b: SIMD8<Float>,
        _ c: SIMD8<Float>,
        _ d: SIMD8<Float>,
        _ e: SIMD8<Float>,
        _ f: SIMD8<Float>,
        _ g: SIMD8<Float>,
        _ h: SIMD8<Float>
    ) {
        (self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h) = (a, b, c, d, e, f, g, h)
    }

    /// Adds `level` to all samples: the DC coefficient is their mean.
    @inline(__always) mutating func addToFirst(_ level: Float) {
        a[0] += level
    }

    /// The one-dimensional inverse DCT across the vectors, for eight lines at once.
    @inline(__always) mutating func transform() {
        let (sum04, difference04) = (a + e, a - e)
        let sum26 = c + g
        let rotated26 = (c - g) * 1.414213562 - sum26
        let (even0, even3) = (sum04 + sum26, sum04 - sum26)
        let (even1, even2) = (difference04 + rotated26, difference04 - rotated26)

        let (sum53, difference53) = (f + d, f - d)
        let (sum17, difference17) = (b + h, b - h)
        let odd0 = sum17 + sum53
        let turned = (difference53 + difference17) * 1.847759065
        let odd1 = turned - difference53 * 2.613125930 - odd0
        let odd2 = (sum17 - sum53) * 1.414213562 - odd1
        let odd3 = turned - difference17 * 1.082392200 - odd2

        (a, h) = (even0 + odd0, even0 - odd0)
        (b, g) = (even1 + odd1, even1 - odd1)
        (c, f) = (even2 + odd2, even2 - odd2)
        (d, e) = (even3 + odd3, even3 - odd3)
    }

    /// Transposes the 8 × 8 numbers.
    @inline(__always) mutating func transpose() {
        let (topLeft, bottomLeft) = (
            Self.transposed(a.lowHalf, b.lowHalf, c.lowHalf, d.lowHalf),
            Self.transposed(e.lowHalf, f.lowHalf, g.lowHalf, h.lowHalf)
        )
        let (topRight, bottomRight) = (
            Self.transposed(a.highHalf, b.highHalf, c.highHalf, d.highHalf),
            Self.transposed(e.highHalf, f.highHalf, g.highHalf, h.highHalf)
        )
        a = SIMD8(lowHalf: topLeft.0, highHalf: bottomLeft.0)
        b = SIMD8(lowHalf: topLeft.1, highHalf: bottomLeft.1)
        c = SIMD8(lowHalf: topLeft.2, highHalf: bottomLeft.2)
        d = SIMD8(lowHalf: topLeft.3, highHalf: bottomLeft.3)
        e = SIMD8(lowHalf: topRight.0, highHalf: bottomRight.0)
        f = SIMD8(lowHalf: topRight.1, highHalf: bottomRight.1)
        g = SIMD8(lowHalf: topRight.2, highHalf: bottomRight.2)
        h = SIMD8(lowHalf: topRight.3, highHalf: bottomRight.3)
    }

    private typealias Four = SIMD4<Float>

    @inline(__always)
    private static func transposed(_ a: Four, _ b: Four, _ c: Four, _ d: Four) -> (Four, Four, Four, Four) {
        let (top, bottom) = (SIMD8(lowHalf: a, highHalf: b), SIMD8(lowHalf: c, highHalf: d))
        let even = SIMD8(lowHalf: top.evenHalf, highHalf: bottom.evenHalf)
        let odd = SIMD8(lowHalf: top.oddHalf, highHalf: bottom.oddHalf)
        return (even.evenHalf, odd.evenHalf, even.oddHalf, odd.oddHalf)
    }
}
