/// Decodes an ordinary baseline JPEG straight to the means of small squares, as nothing else of a large photograph is
/// needed.
///
/// It knows undamaged files of `SequentialJPEG` only. Of all others, and of the reason for a refusal, libjpeg knows more.
struct BaselineDecoding<Luma: BlockMeans, Chroma: BlockMeans> {
    private let tables: JPEGTables
    private let target: DecodingTarget
    private var bits: ScanBits
    private var restarts: RestartInterval
    private var luma: BaselinePlane<Luma>
    private var chroma: [BaselinePlane<Chroma>]

    /// `luma` and `chroma` are the eighths to which they are shrunk, each way.
    init(_ picture: SequentialJPEG, of upload: [UInt8], _ target: DecodingTarget, luma: Int, chroma: Int) {
        let first = picture.components[0]
        func plane<Means>(_ component: SequentialJPEG.Component, eighths: Int) -> BaselinePlane<Means> {
            let resampler = BlockResampler<Means>(target, component.size, of: first.size, eighths: eighths)
            return BaselinePlane(component, resampler, eighths: eighths)
        }
        tables = picture.tables
        self.target = target
        bits = ScanBits(upload, from: picture.scanStart)
        restarts = RestartInterval(tables.restartInterval)
        self.luma = plane(first, eighths: luma)
        self.chroma = picture.components.dropFirst().map { plane($0, eighths: chroma) }
    }

    /// The square in the target's side; nothing where libjpeg must be asked.
    mutating func samples() throws(ImageError) -> YCbCrSamples? {
        for row in 0..<tables.unitRows {
            try target.limit.check()
            guard decode(unitRow: row) else { return nil }
        }
        // What follows the picture's end does not matter.
        guard bits.pass(0xD9) else { return nil }
        return YCbCrSamples(luma: luma.samples, chroma: chroma.map(\.samples))
    }

    private mutating func decode(unitRow: Int) -> Bool {
        let isShown = luma.isShown(unitRow: unitRow)
        for unit in 0..<tables.unitColumns {
            guard !restarts.isOver || restart() else { return false }
            guard luma.decode(unit: unit, isShown: isShown, from: &bits) else { return false }
            for index in chroma.indices {
                guard chroma[index].decode(unit: unit, isShown: isShown, from: &bits) else { return false }
            }
            restarts.count()
        }
        if isShown {
            luma.finish(unitRow: unitRow)
            for index in chroma.indices { chroma[index].finish(unitRow: unitRow) }
        }
        return !bits.isExhausted
    }

    private mutating func restart() -> Bool {
        luma.restart()
        for index in chroma.indices { chroma[index].restart() }
        return restarts.restart(&bits)
    }
}
