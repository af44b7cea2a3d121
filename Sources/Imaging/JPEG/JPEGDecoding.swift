/// Decodes no more of a JPEG than its square needs: at a fraction of its size, a row at a time.
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

    /// Decodes with libjpeg, which refuses any damage unless it is known.
    private func decode(_ file: [UInt8], profile: [UInt8]?) throws(ImageError) -> GDImage {
        try unsafe file.span.withUnsafeBufferPointer { bytes throws(ImageError) in
            let isDamaged = target.damage != nil
            return try decode(unsafe JPEGReader(bytes, isDamaged: isDamaged, limit: target.limit), profile: profile)
        }
    }

    /// Nothing where libjpeg must be asked: also for progressive files of which nothing is shrunk.
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
        // Chroma that has half the samples each way is shrunk half as much, but where it is enough all the same.
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
