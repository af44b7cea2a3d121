import CImaging

@testable import Imaging

/// Colour profiles that a test creates, and lcms2's conversion with them.
enum TestProfile {
    static let sRGB = rgb(gamma: nil)
    static let displayP3 = rgb(red: (0.68, 0.32), green: (0.265, 0.69), gamma: nil)
    static let adobe = rgb(green: (0.21, 0.71), gamma: 2.19921875)
    /// Exchanges red and blue: red is stored as blue.
    static let swapped = rgb(red: (0.15, 0.06), blue: (0.64, 0.33), gamma: nil)
    static let brightGrey = grey(gamma: 1.2)

    static func rgb(
        red: (Double, Double) = (0.64, 0.33),
        green: (Double, Double) = (0.3, 0.6),
        blue: (Double, Double) = (0.15, 0.06),
        gamma: Double?
    ) -> [UInt8] {
        let parameters = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]
        let curve =
            unsafe gamma.map { unsafe cmsBuildGamma(nil, $0) } ?? cmsBuildParametricToneCurve(nil, 4, parameters)
        defer { unsafe cmsFreeToneCurve(curve) }
        var white = cmsCIExyY(x: 0.3127, y: 0.329, Y: 1)
        var primaries = cmsCIExyYTRIPLE(
            Red: cmsCIExyY(x: red.0, y: red.1, Y: 1),
            Green: cmsCIExyY(x: green.0, y: green.1, Y: 1),
            Blue: cmsCIExyY(x: blue.0, y: blue.1, Y: 1)
        )
        return unsafe bytes(cmsCreateRGBProfile(&white, &primaries, [curve, curve, curve]))
    }

    static func grey(gamma: Double) -> [UInt8] {
        let curve = unsafe cmsBuildGamma(nil, gamma)
        defer { unsafe cmsFreeToneCurve(curve) }
        var white = cmsCIExyY(x: 0.3457, y: 0.3585, Y: 1)
        return unsafe bytes(cmsCreateGrayProfile(&white, curve))
    }

    /// Invented inks: a table from ink to Lab with 9 steps for each ink.
    static func ink() -> [UInt8] {
        let profile = unsafe cmsCreateProfilePlaceholder(nil)
        unsafe cmsSetProfileVersion(profile, 4.3)
        unsafe cmsSetDeviceClass(profile, cmsSigOutputClass)
        unsafe cmsSetColorSpace(profile, cmsSigCmykData)
        unsafe cmsSetPCS(profile, cmsSigLabData)
        let table = unsafe cmsStageAllocCLut16bit(nil, 9, 4, 3, nil)
        unsafe cmsStageSampleCLut16bit(
            table,
            { ink, lab, _ in
                guard let ink = unsafe ink, let lab = unsafe lab else { return 0 }
                let paper = (0..<4).map { 1 - Double(unsafe ink[$0]) / 65535 }
                let light = paper[3] * (paper[0] + paper[1] + paper[2]) / 3
                unsafe lab[0] = UInt16(65535 * light)
                unsafe lab[1] = UInt16(32896 + 12_000 * (paper[0] - paper[1]) * paper[3])
                unsafe lab[2] = UInt16(32896 + 12_000 * (paper[1] - paper[2]) * paper[3])
                return 1
            },
            nil,
            0
        )
        let pipeline = unsafe cmsPipelineAlloc(nil, 4, 3)
        // ICC.1:2022 §10.12: the table has curves before and after it.
        unsafe cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocToneCurves(nil, 4, nil))
        unsafe cmsPipelineInsertStage(pipeline, cmsAT_END, table)
        unsafe cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocToneCurves(nil, 3, nil))
        unsafe cmsWriteTag(profile, cmsSigAToB0Tag, UnsafeRawPointer(pipeline))
        unsafe cmsPipelineFree(pipeline)
        return unsafe bytes(profile)
    }

    /// Adds a program with `steps` steps, as the tag DToB0, which does not change the values.
    static func withPipeline(_ profile: [UInt8], steps: Int) -> [UInt8] {
        let one: [UInt8] = [0x3F, 0x80, 0, 0]
        let zero: [UInt8] = [0, 0, 0, 0]
        let matrix = (0..<12).flatMap { $0 < 9 && $0 % 4 == 0 ? one : zero }
        let step = Array("matf".utf8) + zero + [0, 3, 0, 3] + matrix
        let place = Metadata.big(16 + 8 * steps, 4) + Metadata.big(step.count, 4)
        let places = Array(Array(repeating: place, count: steps).joined())
        let pipeline = Array("mpet".utf8) + zero + [0, 3, 0, 3] + Metadata.big(steps, 4) + places + step
        // An additional entry moves all tags by 12 bytes.
        let count = Int(profile[131])
        var table = Metadata.big(count + 1, 4)
        for tag in 0..<count {
            let entry = profile[(132 + tag * 12)..<(144 + tag * 12)]
            let offset = entry.dropFirst(4).prefix(4).reduce(0) { $0 << 8 | Int($1) }
            table += entry.prefix(4) + Metadata.big(offset + 12, 4) + entry.suffix(4)
        }
        table += Array("D2B0".utf8) + Metadata.big(profile.count + 12, 4) + Metadata.big(pipeline.count, 4)
        let header = Metadata.big(profile.count + 12 + pipeline.count, 4) + profile[4..<128]
        return header + table + profile[(132 + count * 12)...] + pipeline
    }

    /// lcms2's result in full precision; the fourth byte of `pixels` stays unless it is ink.
    static func converted(_ pixels: [Pixel], by profile: [UInt8], _ layout: portraitd_layout) -> [Pixel] {
        let from = unsafe cmsOpenProfileFromMem(profile, cmsUInt32Number(profile.count))
        let to = unsafe cmsCreate_sRGBProfile()
        let rgba = cmsUInt32Number(portraitd_layout_rgba.rawValue)
        let flags = cmsUInt32Number(cmsFLAGS_NOOPTIMIZE)
        let transform = unsafe cmsCreateTransform(from, cmsUInt32Number(layout.rawValue), to, rgba, 0, flags)
        defer {
            unsafe cmsDeleteTransform(transform)
            unsafe cmsCloseProfile(from)
            unsafe cmsCloseProfile(to)
        }
        var result = pixels
        unsafe cmsDoTransform(transform, pixels, &result, cmsUInt32Number(pixels.count))
        return result
    }

    @unsafe private static func bytes(_ profile: cmsHPROFILE?) -> [UInt8] {
        defer { unsafe cmsCloseProfile(profile) }
        var count = cmsUInt32Number(0)
        unsafe cmsSaveProfileToMem(profile, nil, &count)
        var bytes = [UInt8](repeating: 0, count: Int(count))
        unsafe cmsSaveProfileToMem(profile, &bytes, &count)
        return bytes
    }
}
