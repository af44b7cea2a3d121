import CImaging

@testable import Imaging

/// Options of libavif's encoder for a test picture.
struct AVIFOptions {
    var depth: UInt32 = 8
    var format = AVIF_PIXEL_FORMAT_YUV444
    var range = AVIF_RANGE_FULL
    var matrix = AVIF_MATRIX_COEFFICIENTS_BT601
    var primaries = AVIF_COLOR_PRIMARIES_BT709
    var transfer = AVIF_TRANSFER_CHARACTERISTICS_SRGB
    var profile: [UInt8] = []
    var isPremultiplied = false
    var exif: [UInt8] = []
    /// The value of "irot"; `mirror` is the value of "imir".
    var rotation: UInt8?
    var mirror: UInt8?
    var aperture: [UInt32]?
    /// The quantizer from 0, the least loss, to 63, the most.
    var quantizer: Int32 = 2
    var speed: Int32 = 10
    var columns: UInt32 = 1
    var rows: UInt32 = 1
}

extension TestPicture {
    func avif(_ options: AVIFOptions = AVIFOptions()) -> [UInt8] {
        Self.avif([self], options)
    }

    /// Encodes a still picture, the cells of a grid, or the frames of a sequence.
    static func avif(_ pictures: [TestPicture], _ options: AVIFOptions = AVIFOptions()) -> [UInt8] {
        let encoder = unsafe avifEncoderCreate()
        defer { unsafe avifEncoderDestroy(encoder) }
        unsafe encoder?.pointee.speed = options.speed
        unsafe encoder?.pointee.minQuantizer = options.quantizer
        unsafe encoder?.pointee.maxQuantizer = options.quantizer
        unsafe encoder?.pointee.minQuantizerAlpha = 0
        unsafe encoder?.pointee.maxQuantizerAlpha = 0
        let images = unsafe pictures.map { unsafe $0.avifImage(options) }
        defer { unsafe images.forEach { unsafe avifImageDestroy($0) } }
        if options.columns * options.rows > 1 {
            let cells = unsafe images.map { unsafe UnsafePointer($0) }
            unsafe avifEncoderAddImageGrid(
                encoder,
                options.columns,
                options.rows,
                cells,
                AVIF_ADD_IMAGE_FLAG_SINGLE.rawValue
            )
        } else {
            let flags = pictures.count == 1 ? AVIF_ADD_IMAGE_FLAG_SINGLE : AVIF_ADD_IMAGE_FLAG_NONE
            unsafe images.forEach { _ = unsafe avifEncoderAddImage(encoder, $0, 1, flags.rawValue) }
        }
        var output = unsafe avifRWData()
        unsafe avifEncoderFinish(encoder, &output)
        defer { unsafe avifRWDataFree(&output) }
        return unsafe Array(UnsafeBufferPointer(start: output.data, count: output.size))
    }

    init?(decodingAVIF bytes: [UInt8]) {
        guard let decoder = unsafe avifDecoderCreate(), let image = unsafe avifImageCreateEmpty() else { return nil }
        defer { unsafe avifDecoderDestroy(decoder) }
        defer { unsafe avifImageDestroy(image) }
        let result = unsafe bytes.withUnsafeBufferPointer {
            unsafe avifDecoderReadMemory(decoder, image, $0.baseAddress, $0.count)
        }
        guard result == AVIF_RESULT_OK else { return nil }
        var target = unsafe avifRGBImage()
        unsafe avifRGBImageSetDefaults(&target, image)
        unsafe avifRGBImageAllocatePixels(&target)
        defer { unsafe avifRGBImageFreePixels(&target) }
        guard unsafe avifImageYUVToRGB(image, &target) == AVIF_RESULT_OK else { return nil }
        let (width, height) = unsafe (Int(target.width), Int(target.height))
        unsafe self.init(width: width, height: height, rgba: target.pixels)
    }

    @unsafe private func avifImage(_ options: AVIFOptions) -> UnsafeMutablePointer<avifImage>? {
        let image = unsafe avifImageCreate(UInt32(width), UInt32(height), options.depth, options.format)
        guard let image = unsafe image else { return nil }
        unsafe image.pointee.yuvRange = options.range
        unsafe image.pointee.matrixCoefficients = avifMatrixCoefficients(options.matrix)
        unsafe image.pointee.colorPrimaries = avifColorPrimaries(options.primaries)
        unsafe image.pointee.transferCharacteristics = avifTransferCharacteristics(options.transfer)
        unsafe image.pointee.alphaPremultiplied = options.isPremultiplied ? 1 : 0
        unsafe avifImageSetProfileICC(image, options.profile, options.profile.count)
        unsafe avifImageSetMetadataExif(image, options.exif, options.exif.count)
        // libavif has copied the orientation from the EXIF block.
        unsafe image.pointee.transformFlags = AVIF_TRANSFORM_NONE.rawValue
        unsafe addTransforms(to: image, options)
        var source = unsafe avifRGBImage()
        unsafe avifRGBImageSetDefaults(&source, image)
        unsafe source.depth = 8
        unsafe source.rowBytes = UInt32(width * 4)
        unsafe source.ignoreAlpha = pixels.allSatisfy { $0.w == 255 } ? 1 : 0
        var pixels = pixels
        unsafe pixels.withUnsafeMutableBytes { bytes in
            unsafe source.pixels = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
            _ = unsafe avifImageRGBToYUV(image, &source)
        }
        return unsafe image
    }

    @unsafe private func addTransforms(to image: UnsafeMutablePointer<avifImage>, _ options: AVIFOptions) {
        if let rotation = options.rotation {
            unsafe image.pointee.transformFlags |= AVIF_TRANSFORM_IROT.rawValue
            unsafe image.pointee.irot.angle = rotation
        }
        if let mirror = options.mirror {
            unsafe image.pointee.transformFlags |= AVIF_TRANSFORM_IMIR.rawValue
            unsafe image.pointee.imir.mode = mirror
        }
        if let aperture = options.aperture {
            unsafe image.pointee.transformFlags |= AVIF_TRANSFORM_CLAP.rawValue
            unsafe image.pointee.clap = avifCleanApertureBox(
                widthN: aperture[0],
                widthD: aperture[1],
                heightN: aperture[2],
                heightD: aperture[3],
                horizOffN: aperture[4],
                horizOffD: aperture[5],
                vertOffN: aperture[6],
                vertOffD: aperture[7]
            )
        }
    }
}
