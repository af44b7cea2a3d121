import Testing

@testable import Imaging

@Suite struct ToneCurveTests {
    private static let curves: [ToneCurve] = [.power(1), .power(2.2), .sRGB, .pq, .hlg]

    @Test(arguments: curves) func `more is brighter, from black to white`(_ curve: ToneCurve) {
        let light = stride(from: 0, through: 1, by: 1 / 64).map(curve.light)
        #expect(light[0] == 0)
        #expect(light[64] > 0.995 && light[64] <= 1)
        #expect(light == light.sorted())
    }

    @Test func `sRGB is as IEC 61966-2-1 has it`() {
        #expect(abs(ToneCurve.sRGB.light(0.5) - 0.21404) < 0.00001)
        #expect(abs(ToneCurve.sRGB.light(0.02) - 0.001548) < 0.000001)
    }

    /// ITU-R BT.2408 §2.1 and table 1: 58 % and 75 % are 203 cd/m², 38 % is 26 cd/m² in both.
    @Test func `the two curves of HDR agree on page white and on grey`() {
        #expect(abs(ToneCurve.pq.light(0.581) - ToneCurve.hlg.light(0.75)) < 0.005)
        #expect(abs(ToneCurve.pq.light(0.38) - 26.0 / 203) < 0.01)
        #expect(abs(ToneCurve.hlg.light(0.38) - 26.0 / 203) < 0.02)
    }
}
