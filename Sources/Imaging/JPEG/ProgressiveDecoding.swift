/// Decodes an ordinary progressive JPEG straight to the means of small squares.
///
/// It takes and refuses the same files as libjpeg does, which would hold all coefficients of the whole picture: what looks
/// damaged here is.
struct ProgressiveDecoding<Luma: ReducedMeans, Chroma: ReducedMeans> {
    private let picture: ProgressiveJPEG
    private let upload: [UInt8]
    private let target: DecodingTarget
    private var luma: ProgressivePlane<Luma>
    private var chroma: [ProgressivePlane<Chroma>]

    /// `luma` and `chroma` are the eighths to which they are shrunk, each way.
    init(_ picture: ProgressiveJPEG, of upload: [UInt8], _ target: DecodingTarget, luma: Int, chroma: Int) {
        let components = picture.tables.components
        func plane<Means>(_ component: Int, eighths: Int) -> ProgressivePlane<Means> {
            let (size, first) = (components[component], components[0])
            let resampler = BlockResampler<Means>(target, size, of: first, eighths: eighths)
            return ProgressivePlane(picture, component, resampler, eighths: eighths)
        }
        self.picture = picture
        self.upload = upload
        self.target = target
        self.luma = plane(0, eighths: luma)
        self.chroma = components.indices.dropFirst().map { plane($0, eighths: chroma) }
    }

    /// The square in the target's side.
    mutating func samples() throws(ImageError) -> YCbCrSamples {
        for scan in picture.scans {
            var state = ScanState(scan, of: upload)
            if scan.band.lowerBound == 0 {
                try decodeFirst(scan, &state)
            } else {
                try decodeBand(scan, &state)
            }
        }
        let light = luma.resampled()
        return YCbCrSamples(luma: light, chroma: chroma.indices.map { chroma[$0].resampled() })
    }

    private mutating func decodeBand(_ scan: ProgressiveJPEG.Scan, _ state: inout ScanState) throws(ImageError) {
        let band = ScanBand(scan)
        let component = scan.components[0]
        for row in 0..<picture.tables.blockRows(of: component) {
            try target.limit.check()
            let isDecoded =
                component == 0
                ? luma.decode(row: row, band, isRefinement: scan.isRefinement, &state)
                : chroma[component - 1].decode(row: row, band, isRefinement: scan.isRefinement, &state)
            guard isDecoded else { throw damage }
        }
    }

    /// Decodes a scan of first coefficients: unit by unit, of which the last may reach beyond the picture, or of one
    /// component block by block (ITU-T T.81 §A.2).
    private mutating func decodeFirst(_ scan: ProgressiveJPEG.Scan, _ state: inout ScanState) throws(ImageError) {
        let tables = picture.tables
        let alone = scan.components.count == 1 ? scan.components[0] : nil
        let columns = alone.map(tables.blockColumns) ?? tables.unitColumns
        let rows = alone.map(tables.blockRows) ?? tables.unitRows
        for unitRow in 0..<rows {
            try target.limit.check()
            for unit in 0..<columns {
                guard state.begin(), decodeFirst(scan, unit: unit, unitRow: unitRow, &state) else { throw damage }
            }
            guard !state.bits.isExhausted else { throw damage }
        }
    }

    private mutating func decodeFirst(
        _ scan: ProgressiveJPEG.Scan,
        unit: Int,
        unitRow: Int,
        _ state: inout ScanState
    ) -> Bool {
        for (index, component) in scan.components.enumerated() {
            let size = picture.tables.components[component]
            let (columns, rows) = scan.components.count == 1 ? (1, 1) : (size.columns, size.rows)
            for row in unitRow * rows..<(unitRow + 1) * rows {
                for column in unit * columns..<(unit + 1) * columns {
                    guard let value = state.first(index, scan) else { return false }
                    if component == 0 {
                        luma.addFirst(value, column: column, row: row)
                    } else {
                        chroma[component - 1].addFirst(value, column: column, row: row)
                    }
                }
            }
        }
        return true
    }

    private var damage: ImageError { .corrupt(.jpeg, reason: "A scan of it is damaged or ends too early") }
}
