import CImaging

extension GDImage {
    /// Encodes as AVIF: 8 bits in 4:2:0, with the code points of sRGB, and with alpha unless the picture is opaque.
    ///
    /// libgd 2.3.3 cannot do this: `gdImageAvifPtrEx` never frees the picture that it encodes, 2.5 bytes per pixel
    /// (libgd's issue 831), uses one thread per 512² pixels, and compresses the alpha as coarsely as the colours.
    func avif(_ encoding: ImageEncoding) throws(ImageError) -> [UInt8] {
        guard let image = unsafe avifImageCreate(UInt32(width), UInt32(height), 8, AVIF_PIXEL_FORMAT_YUV420) else {
            throw .outOfMemory
        }
        defer { unsafe avifImageDestroy(image) }
        // ITU-T H.273: the primaries of BT.709, the transfer of sRGB, the matrix of BT.601.
        unsafe image.pointee.colorPrimaries = avifColorPrimaries(AVIF_COLOR_PRIMARIES_BT709)
        unsafe image.pointee.transferCharacteristics = avifTransferCharacteristics(AVIF_TRANSFER_CHARACTERISTICS_SRGB)
        unsafe image.pointee.matrixCoefficients = avifMatrixCoefficients(AVIF_MATRIX_COEFFICIENTS_BT601)
        try unsafe copyPixels(to: image)
        return try unsafe Self.encode(image, encoding)
    }

    @unsafe private func copyPixels(to image: UnsafeMutablePointer<avifImage>) throws(ImageError) {
        var source = unsafe avifRGBImage()
        unsafe avifRGBImageSetDefaults(&source, image)
        unsafe source.ignoreAlpha = isOpaque ? 1 : 0
        unsafe source.rowBytes = UInt32(width * MemoryLayout<Pixel>.stride)
        var pixels = pixels
        let result = unsafe pixels.withUnsafeMutableBytes { bytes in
            unsafe source.pixels = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
            return unsafe avifImageRGBToYUV(image, &source)
        }
        guard result == AVIF_RESULT_OK else { throw .outOfMemory }
    }

    @unsafe private static func encode(
        _ image: UnsafeMutablePointer<avifImage>,
        _ encoding: ImageEncoding
    ) throws(ImageError) -> [UInt8] {
        guard let encoder = unsafe avifEncoderCreate() else { throw .outOfMemory }
        defer { unsafe avifEncoderDestroy(encoder) }
        unsafe encoder.pointee.codecChoice = AVIF_CODEC_CHOICE_AOM
        // The calling thread does all the work. Slower speeds take up to a hundred times as long and save a few per
        // cent.
        unsafe encoder.pointee.maxThreads = 1
        unsafe encoder.pointee.speed = encoding.effort.isLeast ? AVIF_SPEED_FASTEST : 8
        // The constant quality of aomenc: `cq-level` sets the quality, and the range of quantizers does not restrict
        // it.
        let asked = (Int32(100 - encoding.avifQuality) * AVIF_QUANTIZER_WORST_QUALITY + 50) / 100
        // For 2048² the usual level takes more processor time than a request without a credential may take.
        let level = encoding.effort.isLeast ? max(asked, 36) : asked
        unsafe encoder.pointee.minQuantizer = AVIF_QUANTIZER_BEST_QUALITY
        unsafe encoder.pointee.maxQuantizer = AVIF_QUANTIZER_WORST_QUALITY
        unsafe encoder.pointee.minQuantizerAlpha = AVIF_QUANTIZER_LOSSLESS
        // For 2048², lossless alpha takes twice as long as alpha with errors of a few levels at hard edges.
        unsafe encoder.pointee.maxQuantizerAlpha =
            encoding.effort.isLeast ? AVIF_QUANTIZER_WORST_QUALITY : AVIF_QUANTIZER_LOSSLESS
        unsafe avifEncoderSetCodecSpecificOption(encoder, "end-usage", "q")
        unsafe avifEncoderSetCodecSpecificOption(encoder, "cq-level", String(level))
        if encoding.effort.isLeast { unsafe avifEncoderSetCodecSpecificOption(encoder, "a:cq-level", "4") }
        var output = unsafe avifRWData()
        defer { unsafe avifRWDataFree(&output) }
        guard unsafe avifEncoderWrite(encoder, image, &output) == AVIF_RESULT_OK else { throw .outOfMemory }
        return unsafe Array(UnsafeBufferPointer(start: output.data, count: output.size))
    }
}
