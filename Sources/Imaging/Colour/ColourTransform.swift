import CImaging
import Synchronization

/// A cache of the transforms used last: nearly all pictures have one of a few profiles, and making a transform takes
/// longer than using it.
final class ColourTransforms: Sendable {
    private struct Entry {
        let space: ColourSpace
        let transform: ColourTransform?
    }

    // A transform for ink takes 2 MB with its profile, other transforms take a few kB.
    private static let limit = 8

    private let entries = Mutex<[Entry]>([])

    /// The transform from `space`; nil if no conversion is necessary or possible.
    func toSRGB(from space: ColourSpace?) -> ColourTransform? {
        guard let space else { return nil }
        if let entry = used(space) { return entry.transform }
        // The lock is not held here: two threads may make the same transform at once, which costs only time.
        let entry = Entry(space: space, transform: ColourTransform(toSRGBFrom: space))
        entries.withLock { entries in
            entries.removeAll { $0.space == space }
            entries = entries.suffix(Self.limit - 1) + [entry]
        }
        return entry.transform
    }

    /// The transform for pixels of 8 bits per channel, or of 16 if `isDeep`; the cache holds only those for 8 bits.
    func toSRGB(from space: ColourSpace?, isDeep: Bool) -> ColourTransform? {
        guard isDeep, let space else { return toSRGB(from: space) }
        return toSRGB(from: space) == nil ? nil : ColourTransform(toSRGBFromDeep: space)
    }

    private func used(_ space: ColourSpace) -> Entry? {
        entries.withLock { entries in
            guard let index = entries.firstIndex(where: { $0.space == space }) else { return nil }
            let entry = entries.remove(at: index)
            entries.append(entry)
            return entry
        }
    }

    var count: Int { entries.withLock(\.count) }
}

/// A conversion to sRGB that threads share; a lock admits one thread at a time.
final class ColourTransform: Sendable {
    private let converter: Mutex<ColourConverter>

    /// Nil if no conversion is necessary or possible: the space looks like sRGB, is damaged, or does not fit the
    /// channels of the pixels.
    init?(toSRGBFrom space: ColourSpace) {
        guard let created = ColourConverter(toSRGBFrom: space), created.changesColours else { return nil }
        converter = Mutex(created)
    }

    /// A conversion for pixels of 16 bits per channel; nil if the space is damaged, or does not fit the channels of the
    /// pixels.
    init?(toSRGBFromDeep space: ColourSpace) {
        guard let created = ColourConverter(toSRGBFrom: space, isDeep: true) else { return nil }
        converter = Mutex(created)
    }

    /// Converts in place; the fourth byte keeps its value, whether it is alpha or not.
    func convert(_ pixels: inout [Pixel]) {
        converter.withLock { $0.convert(&pixels) }
    }

    /// Converts pixels of 16 bits per channel into `result`, which has the same count; its fourth bytes keep their
    /// values.
    func convert(_ pixels: [DeepPixel], into result: inout [Pixel]) {
        converter.withLock { $0.convert(pixels, into: &result) }
    }
}

extension ColourConverter {
    /// Whether the conversion changes a colour by more than one level. The many profiles for sRGB differ in their
    /// bytes, and by one level in their results; ink profiles always change more.
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

/// Converts pixels from one colour space to sRGB with lcms2.
@safe struct ColourConverter: ~Copyable {
    private let transform: cmsHTRANSFORM

    /// Converts pixels of 8 bits per channel, or of 16 if `isDeep`. Nil if the profile is damaged, or does not fit the
    /// channels of the pixels.
    init?(toSRGBFrom space: ColourSpace, isDeep: Bool = false) {
        guard let profile = unsafe Self.profile(of: space) else { return nil }
        defer { unsafe cmsCloseProfile(profile) }
        guard let layout = unsafe Self.layout(of: profile, space, isDeep: isDeep),
            let sRGB = unsafe cmsCreate_sRGBProfile()
        else {
            return nil
        }
        defer { unsafe cmsCloseProfile(sRGB) }
        let created = unsafe cmsCreateTransform(
            profile,
            cmsUInt32Number(layout.rawValue),
            sRGB,
            cmsUInt32Number(portraitd_layout_rgba.rawValue),
            // Browsers use the perceptual intent, too.
            cmsUInt32Number(INTENT_PERCEPTUAL),
            // To convert 16 bits quickly, lcms2 would build a table of 33 steps, which is coarser than 8 bits in dark
            // colours.
            cmsUInt32Number(cmsFLAGS_NOCACHE | (isDeep ? cmsFLAGS_NOOPTIMIZE : 0))
        )
        guard let created = unsafe created else { return nil }
        unsafe transform = created
    }

    deinit { unsafe cmsDeleteTransform(transform) }

    /// Converts in place; the fourth byte keeps its value, whether it is alpha or not.
    func convert(_ pixels: inout [Pixel]) {
        unsafe pixels.withUnsafeMutableBytes { bytes in
            let count = cmsUInt32Number(bytes.count / MemoryLayout<Pixel>.size)
            unsafe cmsDoTransform(transform, bytes.baseAddress, bytes.baseAddress, count)
        }
    }

    /// Converts into `result`, which has the same count; its fourth bytes keep their values.
    func convert(_ pixels: [DeepPixel], into result: inout [Pixel]) {
        unsafe cmsDoTransform(transform, pixels, &result, cmsUInt32Number(pixels.count))
    }

    @unsafe private static func profile(of space: ColourSpace) -> cmsHPROFILE? {
        switch space {
        case .icc(let bytes, _):
            unsafe ICCProfile.withoutPipelines(bytes).withUnsafeBytes { bytes in
                unsafe cmsOpenProfileFromMem(bytes.baseAddress, cmsUInt32Number(bytes.count))
            }
        case .curve(let curve, let xy):
            unsafe profile(curve, chromaticities: xy)
        }
    }

    @unsafe private static func profile(_ tone: ToneCurve, chromaticities xy: [Double]) -> cmsHPROFILE? {
        let curve =
            if case .power(let power) = tone {
                unsafe cmsBuildGamma(nil, power)
            } else {
                unsafe cmsBuildTabulatedToneCurveFloat(
                    nil,
                    4096,
                    (0..<4096).map { Float(tone.light(Double($0) / 4095)) }
                )
            }
        guard let curve = unsafe curve else { return nil }
        defer { unsafe cmsFreeToneCurve(curve) }
        let points = stride(from: 0, to: xy.count, by: 2).map { cmsCIExyY(x: xy[$0], y: xy[$0 + 1], Y: 1) }
        var white = points[0]
        var primaries = cmsCIExyYTRIPLE(Red: points[1], Green: points[2], Blue: points[3])
        return unsafe cmsCreateRGBProfile(&white, &primaries, [curve, curve, curve])
    }

    /// The pixel layout for lcms2; nil if the profile does not fit the channels of the pixels.
    @unsafe private static func layout(
        of profile: cmsHPROFILE,
        _ space: ColourSpace,
        isDeep: Bool
    ) -> portraitd_layout? {
        let classes = [cmsSigInputClass, cmsSigDisplayClass, cmsSigOutputClass, cmsSigColorSpaceClass]
        guard classes.contains(unsafe cmsGetDeviceClass(profile)) else { return nil }
        let numbers: ColourSpace.Numbers = if case .icc(_, let numbers) = space { numbers } else { .rgb }
        return switch (unsafe cmsGetColorSpace(profile), numbers) {
        // Grey pixels have three equal numbers, so that an RGB profile can read them, too.
        case (cmsSigRgbData, .rgb), (cmsSigRgbData, .grey): isDeep ? portraitd_layout_deep_rgba : portraitd_layout_rgba
        case (cmsSigGrayData, .grey): isDeep ? portraitd_layout_deep_grey : portraitd_layout_grey
        case (cmsSigCmykData, .invertedCMYK): portraitd_layout_inverted_cmyk
        default: nil
        }
    }
}
