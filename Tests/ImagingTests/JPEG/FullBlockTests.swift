import Foundation
import Testing

@testable import Imaging
@testable import JPEGDecoder

@Suite struct FullBlockTests {
    /// The literal formula of ITU-T T.81 §A.3.3.
    private func sample(_ coefficients: [Double], x: Int, y: Int) -> Double {
        var sum = 0.0
        for v in 0..<8 {
            for u in 0..<8 {
                let scale = (u == 0 ? 0.5.squareRoot() : 1) * (v == 0 ? 0.5.squareRoot() : 1) / 4
                let wave = cos(Double((2 * x + 1) * u) * .pi / 16) * cos(Double((2 * y + 1) * v) * .pi / 16)
                sum += scale * coefficients[v * 8 + u] * wave
            }
        }
        return sum + 128
    }

    @Test func `the transform equals the standard's formula`() {
        var random = SeededGenerator(seed: 8)
        for _ in 0..<50 {
            let steps = (0..<64).map { _ in Float(Int.random(in: 1...40, using: &random)) }
            let weights = FullBlock.weights(steps: steps, eighths: 8)
            var block = FullBlock.grey
            var coefficients = [Double](repeating: 0, count: 64)
            for place in 0..<64 where place == 0 || Bool.random(using: &random) {
                let value = Int.random(in: -20...20, using: &random)
                block.add(weights[place], times: Float(value))
                coefficients[Zigzag.order[place]] = Double(value) * Double(steps[place])
            }
            // A weight beyond the block changes nothing.
            block.add(weights[100], times: 1000)
            var result = FullBlock.zero
            block.finish(in: &result)
            let samples = unsafe withUnsafeBytes(of: result) { unsafe Array($0.assumingMemoryBound(to: Float.self)) }
            for y in 0..<8 {
                for x in 0..<8 {
                    #expect(abs(Double(samples[y * 8 + x]) - sample(coefficients, x: x, y: y)) < 0.01)
                }
            }
        }
    }
}
