/// Decodes an ordinary JPEG straight to the means of small squares, as nothing else of a large photograph is needed.
///
/// It knows undamaged files of `SequentialJPEG` only. Of all others, and of the reason for a refusal, libjpeg knows more.
struct BaselineDecoding<Luma: SIMD, Chroma: SIMD> where Luma.Scalar == Float, Chroma.Scalar == Float {
    private let picture: SequentialJPEG
    private let target: DecodingTarget
    private var bits: ScanBits
    private var luma: JPEGPlane<Luma>
    private var chroma: [JPEGPlane<Chroma>]
    private var unitsToRestart: Int
    private var restarts: UInt8 = 0

    /// `luma` and `chroma` are the eighths to which they are shrunk, each way.
    init(_ picture: SequentialJPEG, of upload: [UInt8], _ target: DecodingTarget, luma: Int, chroma: Int) {
        let first = picture.components[0]
        func source(_ component: SequentialJPEG.Component, _ eighths: Int) -> SourceSquare {
            SourceSquare(
                target.square,
                scaleX: Double(component.columns * eighths) / Double(8 * first.columns),
                scaleY: Double(component.rows * eighths) / Double(8 * first.rows)
            )
        }
        self.picture = picture
        self.target = target
        bits = ScanBits(upload, from: picture.scanStart)
        self.luma = JPEGPlane(first, source(first, luma), eighths: luma, side: target.side)
        self.chroma = picture.components.dropFirst().map {
            JPEGPlane($0, source($0, chroma), eighths: chroma, side: target.side)
        }
        unitsToRestart = picture.restartInterval
    }

    /// The square in the target's side; nothing where libjpeg must be asked.
    mutating func bitmap() throws(ImageError) -> Bitmap? {
        let first = picture.components[0]
        let columns = (picture.width + 8 * first.columns - 1) / (8 * first.columns)
        let rows = (picture.height + 8 * first.rows - 1) / (8 * first.rows)
        for row in 0..<rows {
            try target.limit.check()
            guard decode(unitRow: row, columns: columns, isLast: row == rows - 1) else { return nil }
        }
        // What follows the picture's end does not matter.
        guard bits.endInterval(with: 0xD9) else { return nil }
        return Bitmap(width: target.side, height: target.side, pixels: pixels)
    }

    private mutating func decode(unitRow: Int, columns: Int, isLast: Bool) -> Bool {
        let isShown = luma.isShown(unitRow: unitRow)
        for unit in 0..<columns {
            guard luma.decode(unit: unit, isShown: isShown, from: &bits) else { return false }
            for index in chroma.indices {
                guard chroma[index].decode(unit: unit, isShown: isShown, from: &bits) else { return false }
            }
            guard restart(isLast: isLast && unit == columns - 1) else { return false }
        }
        if isShown {
            luma.finish(unitRow: unitRow)
            for index in chroma.indices { chroma[index].finish(unitRow: unitRow) }
        }
        return !bits.isExhausted
    }

    /// ITU-T T.81 §E.2.4: after every interval but the last, numbered from 0 to 7 again and again.
    private mutating func restart(isLast: Bool) -> Bool {
        unitsToRestart -= 1
        guard unitsToRestart == 0, !isLast else { return true }
        guard bits.endInterval(with: 0xD0 + restarts % 8) else { return false }
        restarts &+= 1
        unitsToRestart = picture.restartInterval
        luma.restart()
        for index in chroma.indices { chroma[index].restart() }
        return true
    }

    private var pixels: [Pixel] {
        let light = luma.samples
        guard chroma.count == 2 else { return light.map { Pixel(rounding: SIMD4($0, $0, $0, 255)) } }
        let (blue, red) = (chroma[0].samples, chroma[1].samples)
        return light.indices.map { Pixel(luma: light[$0], blue: blue[$0], red: red[$0]) }
    }
}

extension Pixel {
    /// ITU-T T.871 §7.
    fileprivate init(luma: Float, blue: Float, red: Float) {
        let (blue, red) = (blue - 128, red - 128)
        let green = luma - 0.344136 * blue - 0.714136 * red
        self.init(rounding: SIMD4<Float>(luma + 1.402 * red, green, luma + 1.772 * blue, 255))
    }
}
