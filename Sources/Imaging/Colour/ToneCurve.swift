#if canImport(Glibc)
    import Glibc
#endif

/// From the numbers of pixels to light; 0 to 1 in both, where 1 is the white of a page.
indirect enum ToneCurve: Sendable, Equatable {
    /// The power of light that the numbers are.
    case power(Double)
    case sRGB
    /// SMPTE ST 2084, for highlights as bright as 10 000 cd/m².
    case pq
    /// ITU-R BT.2100's other curve, for screens of 1000 cd/m².
    case hlg
    /// Another curve for numbers between 16 and 235 of 255.
    case narrow(ToneCurve)

    /// The white of a page in both HDR curves, in cd/m²: ITU-R BT.2408 §2.1.
    private static let pageWhite = 203.0

    func light(_ number: Double) -> Double {
        switch self {
        case .power(let power): pow(number, power)
        case .narrow(let curve): curve.light(min(max((255 * number - 16) / 219, 0), 1))
        case .sRGB: number <= 0.04045 ? number / 12.92 : pow((number + 0.055) / 1.055, 2.4)
        case .pq: Self.dimmed(10_000 / Self.pageWhite * Self.pq(number))
        // The system gamma, 1.2, for each colour alone.
        case .hlg: Self.dimmed(1000 / Self.pageWhite * pow(Self.hlg(number), 1.2))
        }
    }

    /// ITU-R BT.2100 table 4, of 1 = 10 000 cd/m².
    private static func pq(_ number: Double) -> Double {
        let (m1, m2) = (2610.0 / 16384, 2523.0 / 32)
        let (c1, c2, c3) = (3424.0 / 4096, 2413.0 / 128, 2392.0 / 128)
        let root = pow(number, 1 / m2)
        return pow(max(root - c1, 0) / (c2 - c3 * root), 1 / m1)
    }

    /// ITU-R BT.2100 table 5.
    private static func hlg(_ number: Double) -> Double {
        let (a, b, c) = (0.17883277, 0.28466892, 0.55991073)
        return number <= 0.5 ? number * number / 3 : (exp((number - c) / a) + b) / 12
    }

    /// What is brighter than half of a page's white approaches white slowly, so that highlights keep their shapes.
    private static func dimmed(_ light: Double) -> Double {
        let knee = 0.5
        return light <= knee ? light : knee + (1 - knee) * (1 - exp((knee - light) / (1 - knee)))
    }
}
