import CImaging

/// lcms2's conversion from one colour space to sRGB.
@safe struct ColourConverter: ~Copyable {
    private let transform: cmsHTRANSFORM

    /// Reads numbers of 8 bits, or of 16 where `isDeep`. Nothing where the space is broken, or not one of such numbers.
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
            // As browsers do.
            cmsUInt32Number(INTENT_PERCEPTUAL),
            // To be fast with 16 bits lcms2 would make a table of 33 steps, which is coarser than 8 bits where it is dark.
            cmsUInt32Number(cmsFLAGS_NOCACHE | (isDeep ? cmsFLAGS_NOOPTIMIZE : 0))
        )
        guard let created = unsafe created else { return nil }
        unsafe transform = created
    }

    deinit { unsafe cmsDeleteTransform(transform) }

    /// Converts in place; the fourth byte stays what it is, alpha or not.
    func convert(_ pixels: inout [Pixel]) {
        unsafe pixels.withUnsafeMutableBytes { bytes in
            let count = cmsUInt32Number(bytes.count / MemoryLayout<Pixel>.size)
            unsafe cmsDoTransform(transform, bytes.baseAddress, bytes.baseAddress, count)
        }
    }

    /// Converts to `result`, which is as long; the fourth bytes there stay what they are.
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

    /// How lcms2 is to read the pixels, if the profile is one of such numbers.
    @unsafe private static func layout(
        of profile: cmsHPROFILE,
        _ space: ColourSpace,
        isDeep: Bool
    ) -> portraitd_layout? {
        let classes = [cmsSigInputClass, cmsSigDisplayClass, cmsSigOutputClass, cmsSigColorSpaceClass]
        guard classes.contains(unsafe cmsGetDeviceClass(profile)) else { return nil }
        let numbers: ColourSpace.Numbers = if case .icc(_, let numbers) = space { numbers } else { .rgb }
        return switch (unsafe cmsGetColorSpace(profile), numbers) {
        // Grey pixels come with three equal numbers, which an RGB profile can read as well.
        case (cmsSigRgbData, .rgb), (cmsSigRgbData, .grey): isDeep ? portraitd_layout_deep_rgba : portraitd_layout_rgba
        case (cmsSigGrayData, .grey): isDeep ? portraitd_layout_deep_grey : portraitd_layout_grey
        case (cmsSigCmykData, .invertedCMYK): portraitd_layout_inverted_cmyk
        default: nil
        }
    }
}
