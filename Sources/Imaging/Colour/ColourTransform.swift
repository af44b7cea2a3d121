import Synchronization

/// A conversion to sRGB that threads share; one uses it at a time.
final class ColourTransform: Sendable {
    private let converter: Mutex<ColourConverter>

    /// Nothing where there is nothing to convert: to the eye the space is sRGB, or it is broken, or not of such numbers.
    init?(toSRGBFrom space: ColourSpace) {
        guard let created = ColourConverter(toSRGBFrom: space), created.changesColours else { return nil }
        converter = Mutex(created)
    }

    /// For pixels of 16 bits.
    init?(toSRGBFromDeep space: ColourSpace) {
        guard let created = ColourConverter(toSRGBFrom: space, isDeep: true) else { return nil }
        converter = Mutex(created)
    }

    /// Converts in place; the fourth byte stays what it is, alpha or not.
    func convert(_ pixels: inout [Pixel]) {
        converter.withLock { $0.convert(&pixels) }
    }

    /// Converts pixels of 16 bits to `result`, which is as long; the fourth bytes there stay what they are.
    func convert(_ pixels: [DeepPixel], into result: inout [Pixel]) {
        converter.withLock { $0.convert(pixels, into: &result) }
    }
}

extension ColourConverter {
    /// The many profiles that mean sRGB differ in their bytes, and by a level in what they do. What is black, red and so
    /// on in ink is never near to it.
    fileprivate var changesColours: Bool {
        let levels = stride(from: UInt8(0), through: 255, by: 51)
        let colours = levels.flatMap { red in
            levels.flatMap { green in levels.map { Pixel(red, green, $0, 255) } }
        }
        var converted = colours
        convert(&converted)
        return zip(colours, converted).contains { before, after in
            let difference = SIMD4<Int>(truncatingIfNeeded: before) &- SIMD4<Int>(truncatingIfNeeded: after)
            return difference.max() > 1 || difference.min() < -1
        }
    }
}
