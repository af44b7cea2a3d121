import Foundation
import ProfileImages
import Testing

@Suite struct DateTests {
    @Test func `times are formatted as in Foundation`() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let days = stride(from: -719_000.0, to: 2_932_000, by: 97).map { $0 * 86_400 + 12_345.678 }
        let edges: [Double] = [
            0, -0.001, -12_219_292_800, -12_219_292_800.001, 951_782_399.999, 951_782_400, 951_868_800, 4_107_542_400,
            1_795_339_505.631, 253_402_300_799.999,
            -62_135_596_800, -2_203_891_200, 1_709_164_800, 1_709_251_199.999,
        ]
        for seconds in days + edges {
            let date = Date(timeIntervalSince1970: seconds)
            #expect(date.iso8601 == date.addingTimeInterval(0.0005).formatted(style), "\(seconds)")
        }
    }
}
