import Bytes
import JPEGDecoder

/// Decodes only the square of a JPEG, at a fraction of its size, one row at a time.
struct JPEGDecoding {
    let target: DecodingTarget

    func image(of upload: [UInt8]) throws(ImageError) -> GDImage {
        let profile = ICCProfile.find(in: upload, .jpeg)
        guard !target.forbidsLibraries || profile == nil else { throw .needsLibrary }
        if let damage = target.damage { return try decode(repaired(upload, damage.reason), profile: profile) }
        if !target.libjpegOnly, let picture = OrdinaryJPEG(ByteReader(upload)),
            let samples = try shrunk(picture, of: upload)
        {
            let transform = target.colours.toSRGB(
                from: profile.map { .icc($0, picture.tables.components.count == 1 ? .grey : .rgb) }
            )
            return try GDImage(side: target.side, samples, transform)
        }
        guard !target.forbidsLibraries else { throw .needsLibrary }
        return try decode(upload, profile: profile)
    }

    private func repaired(_ upload: [UInt8], _ reason: String) throws(ImageError) -> [UInt8] {
        let (square, header) = (target.square, target.header)
        do throws(JPEGFailure) {
            var survey = JPEGSurvey(
                of: upload,
                size: (header.width, header.height),
                shown: (square.columns, square.rows),
                reason: reason,
                mayContinue: { !target.limit.isExceeded }
            )
            return try survey.repaired()
        } catch {
            throw target.error(error)
        }
    }

    /// Decodes with libjpeg, which refuses any damage unless the target is a repair.
    private func decode(_ file: [UInt8], profile: [UInt8]?) throws(ImageError) -> GDImage {
        try unsafe file.span.withUnsafeBufferPointer { bytes throws(ImageError) in
            let isDamaged = target.damage != nil
            return try decode(unsafe JPEGReader(bytes, isDamaged: isDamaged, limit: target.limit), profile: profile)
        }
    }

    /// Decodes with our own decoder; nil if libjpeg must decode the file, for example a progressive file at full size.
    private func shrunk(_ picture: OrdinaryJPEG, of upload: [UInt8]) throws(ImageError) -> YCbCrSamples? {
        let tables = picture.tables
        guard (tables.width, tables.height) == (target.header.width, target.header.height) else { return nil }
        var planes: [ResampledPlane] = []
        let output = JPEGOutput(
            plane: { component, tables, eighths in
                let plane = ResampledPlane(target, tables, component, eighths: eighths)
                planes.append(plane)
                return plane
            },
            mayContinue: { !target.limit.isExceeded }
        )
        do throws(JPEGFailure) {
            guard try picture.decode(upload, eighths: target.eighths, output) else { return nil }
        } catch {
            throw target.error(error)
        }
        return YCbCrSamples(luma: planes[0].samples, chroma: planes.dropFirst().map(\.samples))
    }

    private func decode(_ opened: consuming JPEGReader, profile: [UInt8]?) throws(ImageError) -> GDImage {
        var reader = opened
        guard reader.width == target.header.width, reader.height == target.header.height else {
            throw .corrupt(.jpeg, reason: "It has two sizes")
        }
        let numbers = reader.numbers
        let transform = target.colours.toSRGB(from: profile.map { .icc($0, numbers) })
        let source = SourceSquare(target.square, eighths: target.eighths)
        var resampler = try RowResampler<UInt8>(
            source,
            side: target.side,
            isOpaque: true,
            reader.isInk ? nil : transform
        )
        let columns = try reader.start(eighths: target.eighths, columns: source.columns)
        let needed = source.columns.lowerBound - columns.lowerBound
        let span = needed..<needed + source.columns.count
        try reader.skip(rows: source.rows.lowerBound)
        for _ in source.rows {
            try reader.next(inkBy: transform)
            resampler.push(reader.row.span.extracting(span))
        }
        try reader.finish()
        return resampler.image
    }
}

extension DecodingTarget {
    /// The smallest size of a JPEG, in eighths, that still gives the resampler twice the target's side. A smaller size
    /// loses sharpness, a larger size only costs time.
    var eighths: Int {
        [1, 2, 4].first { square.width * $0 / 8 >= 2 * side } ?? 8
    }

    /// The memory that the decoder must hold for the whole picture at once, in bytes.
    var heldBytes: Int {
        // Only libjpeg decodes damaged files.
        if let damage { return header.heldBytes + damage.repairBytes }
        guard header.shrinks, !libjpegOnly, let block = [1: 28, 2: 48, 4: 80][eighths] else { return header.heldBytes }
        // `block` is the bytes that our own decoder holds for a block, on average over all components, instead of 64
        // coefficients of 2 bytes.
        return header.heldBytes / 128 * block
    }

    /// What our own decoder's failure is to the uploader.
    fileprivate func error(_ failure: JPEGFailure) -> ImageError {
        switch failure {
        case .damaged(let reason): .corrupt(.jpeg, reason: reason)
        case .stopped: limit.exceeded
        }
    }

    /// The same target for a second decoding, which repairs the file. `reason` is the error of the first decoding.
    func repairing(_ upload: [UInt8], reason: String) -> DecodingTarget {
        var target = self
        target.damage = JPEGDamage(upload, header, reason: reason)
        return target
    }
}

/// The reason why a JPEG was refused at first, and the memory that its repair takes.
struct JPEGDamage {
    let reason: String
    /// In bytes: the repaired copy of the file, a mark for each block of 8 × 8 pixels, and the offsets of the restart
    /// intervals.
    let repairBytes: Int

    init(_ upload: [UInt8], _ header: ImageHeader, reason: String) {
        self.reason = reason
        let units = (header.width + 7) / 8 * ((header.height + 7) / 8)
        repairBytes = upload.count + units + JPEGSurvey.mostBytes
    }
}

/// One component of a JPEG, resampled to the side of the target while it is decoded.
private final class ResampledPlane: JPEGPlane {
    let columns: Range<Int>
    let rows: Range<Int>
    private var resampler: LineResampler<Float>

    /// Component `index`, decoded at `eighths`/8 of its size.
    init(_ target: DecodingTarget, _ tables: JPEGTables, _ index: Int, eighths: Int) {
        let (size, first) = (tables.components[index], tables.components[0])
        let source = SourceSquare(
            target.square,
            scaleX: Double(size.columns * eighths) / Double(8 * first.columns),
            scaleY: Double(size.rows * eighths) / Double(8 * first.rows)
        )
        (columns, rows) = (source.columns, source.rows)
        resampler = LineResampler(source, side: target.side)
    }

    /// The samples of the target; complete after the last row.
    var samples: [Float] { resampler.samples }

    func push(_ row: Span<Float>) {
        resampler.push(row)
    }
}
