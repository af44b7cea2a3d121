/// A sample that can be multiplied by a weight and added.
protocol ResamplerSample {
    static var zero: Self { get }
    static func * (weight: Float, sample: Self) -> Self
    static func += (sum: inout Self, sample: Self)

    /// The sum of `count` samples from `first` on, each times its weight from `start` on; both spans must hold that
    /// many.
    static func sum(_ samples: Span<Self>, from first: Int, _ weights: Span<Float>, from start: Int, count: Int) -> Self
}

extension Float: ResamplerSample {
    /// Four at once, because samples and weights are contiguous in memory.
    @inline(__always)
    static func sum(_ samples: Span<Self>, from first: Int, _ weights: Span<Float>, from start: Int, count: Int) -> Self
    {
        unsafe samples.withUnsafeBytes { samples in
            unsafe weights.withUnsafeBytes { weights in
                var sums = SIMD4<Float>.zero
                var tap = 0
                while tap &+ 4 <= count {
                    let four = unsafe samples.loadUnaligned(fromByteOffset: 4 &* (first &+ tap), as: SIMD4<Float>.self)
                    unsafe sums +=
                        four * weights.loadUnaligned(fromByteOffset: 4 &* (start &+ tap), as: SIMD4<Float>.self)
                    tap &+= 4
                }
                var sum = (sums.x + sums.z) + (sums.y + sums.w)
                while tap < count {
                    let weight = unsafe weights.loadUnaligned(fromByteOffset: 4 &* (start &+ tap), as: Float.self)
                    unsafe sum += weight * samples.loadUnaligned(fromByteOffset: 4 &* (first &+ tap), as: Float.self)
                    tap &+= 1
                }
                return sum
            }
        }
    }
}

extension SIMD4<Float>: ResamplerSample {
    @inline(__always)
    static func sum(_ samples: Span<Self>, from first: Int, _ weights: Span<Float>, from start: Int, count: Int) -> Self
    {
        var sum = Self.zero
        for tap in 0..<count { unsafe sum += weights[unchecked: start + tap] * samples[unchecked: first + tap] }
        return sum
    }
}

/// Resamples a square of a picture, row by row as it is decoded.
///
/// It takes exactly the rows of `SourceSquare.rows`, from top to bottom, each with exactly the samples of
/// `SourceSquare.columns`. It holds no more source rows than one target row needs.
struct LineResampler<Sample: ResamplerSample> {
    private let side: Int
    private let horizontal: ResampleWeights
    private let vertical: ResampleWeights
    private let length: Int
    private var ring: [Sample]
    private var line: [Sample]
    private var pushed = 0
    private var finished = 0

    /// The finished rows of the target; all of them after the last source row.
    private(set) var samples: [Sample] = []

    init(_ square: SourceSquare, side: Int) {
        let (columns, rows) = (square.columns, square.rows)
        self.side = side
        horizontal = ResampleWeights(
            start: square.x - Double(columns.lowerBound),
            length: square.width,
            available: columns.count,
            count: side
        )
        vertical = ResampleWeights(
            start: square.y - Double(rows.lowerBound),
            length: square.height,
            available: rows.count,
            count: side
        )
        length = columns.count
        ring = Array(repeating: .zero, count: vertical.taps * length)
        line = Array(repeating: .zero, count: length)
    }

    mutating func push(_ row: Span<Sample>) {
        let length = length
        push { slot in
            for x in 0..<length { slot[x] = row[x] }
        }
    }

    /// Takes a row that `load` writes.
    mutating func push(_ load: (inout MutableSpan<Sample>) -> Void) {
        let start = pushed % vertical.taps * length
        let end = start + length
        var slots = ring.mutableSpan
        var slot = slots._mutatingExtracting(start..<end)
        load(&slot)
        pushed += 1
        while finished < side, vertical.first[finished] + vertical.taps <= pushed {
            finishRow()
        }
    }

    /// Passes each finished row to `each`, and then removes these rows.
    mutating func take(_ each: (Span<Sample>) -> Void) {
        for start in stride(from: 0, to: samples.count, by: side) {
            each(samples.span.extracting(start..<start + side))
        }
        samples.removeAll(keepingCapacity: true)
    }

    /// Resamples first vertically, where whole rows are contiguous in memory, and then the resulting row horizontally.
    private mutating func finishRow() {
        let taps = vertical.taps
        for tap in 0..<taps {
            let slot = (vertical.first[finished] + tap) % taps * length
            add(slot..<slot + length, vertical.weights[finished * taps + tap], isFirst: tap == 0)
        }
        squeeze()
        finished += 1
    }

    private mutating func add(_ slot: Range<Int>, _ weight: Float, isFirst: Bool) {
        let (ring, length) = (ring, length)
        let source = ring.span.extracting(slot)
        var sum = line.mutableSpan
        // Both have `length` elements; without bounds checks the compiler adds several at once.
        if isFirst {
            for x in 0..<length { unsafe sum[unchecked: x] = weight * source[unchecked: x] }
        } else {
            for x in 0..<length { unsafe sum[unchecked: x] += weight * source[unchecked: x] }
        }
    }

    private mutating func squeeze() {
        let (taps, horizontal, line, side) = (horizontal.taps, horizontal, line, side)
        let (source, weights, finished) = (line.span, horizontal.weights.span, samples.count)
        samples.append(contentsOf: repeatElement(.zero, count: side))
        var target = samples.mutableSpan
        for x in 0..<side {
            let (first, start) = (horizontal.first[x], x * taps)
            precondition(first + taps <= source.count && start + taps <= weights.count)
            let sum = Sample.sum(source, from: first, weights, from: start, count: taps)
            unsafe target[unchecked: finished + x] = sum
        }
    }
}
