/// Decodes only the square of a JPEG, at a fraction of its size, one row at a time.
struct JPEGDecoding {
    let target: DecodingTarget

    func image(of upload: [UInt8]) throws(ImageError) -> GDImage {
        let profile = ICCProfile.find(in: upload, .jpeg)
        guard !target.forbidsLibraries || profile == nil else { throw .needsLibrary }
        if let damage = target.damage { return try decode(repaired(upload, damage.reason), profile: profile) }
        if let picture = OrdinaryJPEG(ByteReader(upload)),
            let samples = try shrunk(picture, of: upload)
        {
            let transform = target.colours.toSRGB(from: profile.map { .icc($0, picture.tables.numbers) })
            return try GDImage(side: target.side, samples, transform)
        }
        guard !target.forbidsLibraries else { throw .needsLibrary }
        return try decode(upload, profile: profile)
    }

    private func repaired(_ upload: [UInt8], _ reason: String) throws(ImageError) -> [UInt8] {
        var survey = JPEGSurvey(of: upload, target, reason: reason)
        return try survey.repaired()
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
        guard (picture.tables.width, picture.tables.height) == (target.header.width, target.header.height) else {
            return nil
        }
        let eighths = target.eighths
        func baseline<Luma: BlockMeans, Chroma: BlockMeans>(
            _ picture: SequentialJPEG,
            _: Luma.Type,
            _: Chroma.Type,
            chroma: Int
        ) throws(ImageError) -> YCbCrSamples? {
            var decoding = BaselineDecoding<Luma, Chroma>(picture, of: upload, target, luma: eighths, chroma: chroma)
            return try decoding.samples()
        }
        func samples<Luma: ReducedMeans, Chroma: ReducedMeans>(
            _ luma: Luma.Type,
            _ blueAndRed: Chroma.Type,
            chroma: Int
        ) throws(ImageError) -> YCbCrSamples? {
            switch picture {
            case .sequential(let picture): return try baseline(picture, luma, blueAndRed, chroma: chroma)
            case .progressive(let picture):
                var decoding = ProgressiveDecoding<Luma, Chroma>(
                    picture,
                    of: upload,
                    target,
                    luma: eighths,
                    chroma: chroma
                )
                return try decoding.samples()
            }
        }
        if eighths == 8 {
            guard case .sequential(let picture) = picture else { return nil }
            return try baseline(picture, FullBlock.self, FullBlock.self, chroma: 8)
        }
        // Chroma with half the samples in each direction is reduced half as much. At 4/8 it is reduced to 4/8, too:
        // that leaves at least the target's side.
        return switch (eighths, picture.tables.hasHalvedChroma) {
        case (1, false): try samples(SIMD2.self, SIMD2.self, chroma: 1)
        case (1, true): try samples(SIMD2.self, SIMD4.self, chroma: 2)
        case (2, false): try samples(SIMD4.self, SIMD4.self, chroma: 2)
        case (2, true): try samples(SIMD4.self, SIMD16.self, chroma: 4)
        case (4, false): try samples(SIMD16.self, SIMD16.self, chroma: 4)
        case (4, true): try samples(SIMD16.self, SIMD16.self, chroma: 4)
        default: nil
        }
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
        guard header.shrinks, let block = [1: 28, 2: 48, 4: 80][eighths] else { return header.heldBytes }
        // `block` is the bytes that `ProgressivePlane` holds for a block, on average over all components, instead of 64
        // coefficients of 2 bytes.
        return header.heldBytes / 128 * block
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
        repairBytes = upload.count + units + RestartMatch.mostBytes
    }
}
