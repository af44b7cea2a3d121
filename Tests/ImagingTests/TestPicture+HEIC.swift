import CImaging
import Synchronization

@testable import Imaging

extension TestPicture {
    /// Encodes with x265 through libheif; writes `exif` and `orientation` like a camera.
    func heic(
        orientation: heif_orientation = heif_orientation_normal,
        exif: [UInt8] = [],
        isDeep: Bool = false
    ) -> [UInt8] {
        // x265 initialises itself with the first picture, and crashes if two threads do this at the same time.
        Self.x265.withLock { _ in heicAlone(orientation: orientation, exif: exif, isDeep: isDeep) }
    }

    private static let x265 = Mutex(())

    private func heicAlone(orientation: heif_orientation, exif: [UInt8], isDeep: Bool) -> [UInt8] {
        let context = unsafe heif_context_alloc()
        defer { unsafe heif_context_free(context) }
        var encoder: OpaquePointer?
        unsafe heif_context_get_encoder_for_format(context, heif_compression_HEVC, &encoder)
        defer { unsafe heif_encoder_release(encoder) }
        unsafe heif_encoder_set_lossy_quality(encoder, 95)
        unsafe heif_encoder_set_parameter_string(encoder, "preset", "ultrafast")
        let image = unsafe isDeep ? deepImage() : heifImage()
        defer { unsafe heif_image_release(image) }
        let options = unsafe heif_encoding_options_alloc()
        defer { unsafe heif_encoding_options_free(options) }
        unsafe options?.pointee.image_orientation = orientation
        var handle: OpaquePointer?
        unsafe heif_context_encode_image(context, image, encoder, options, &handle)
        defer { unsafe heif_image_handle_release(handle) }
        if !exif.isEmpty { unsafe heif_context_add_exif_metadata(context, handle, exif, Int32(exif.count)) }
        return unsafe written(context)
    }

    @unsafe private func heifImage() -> OpaquePointer? {
        var image: OpaquePointer?
        let (columns, rows) = (Int32(width), Int32(height))
        let isOpaque = pixels.allSatisfy { $0.w == 255 }
        let chroma = isOpaque ? heif_chroma_interleaved_RGB : heif_chroma_interleaved_RGBA
        let channels = isOpaque ? 3 : 4
        unsafe heif_image_create(columns, rows, heif_colorspace_RGB, chroma, &image)
        unsafe heif_image_add_plane(image, heif_channel_interleaved, columns, rows, 8)
        var stride: Int32 = 0
        let plane = unsafe heif_image_get_plane(image, heif_channel_interleaved, &stride)
        for (index, pixel) in pixels.enumerated() {
            let place = index / width * Int(stride) + index % width * channels
            for channel in 0..<channels { unsafe plane?[place + channel] = pixel[channel] }
        }
        return unsafe image
    }

    /// The picture with 10 bits and without alpha.
    @unsafe private func deepImage() -> OpaquePointer? {
        var image: OpaquePointer?
        let (columns, rows) = (Int32(width), Int32(height))
        unsafe heif_image_create(columns, rows, heif_colorspace_RGB, heif_chroma_interleaved_RRGGBB_LE, &image)
        unsafe heif_image_add_plane(image, heif_channel_interleaved, columns, rows, 10)
        var stride: Int32 = 0
        let plane = unsafe heif_image_get_plane(image, heif_channel_interleaved, &stride)
        for (index, pixel) in pixels.enumerated() {
            let place = index / width * Int(stride) + index % width * 6
            for channel in 0..<3 {
                let level = Int(pixel[channel]) * 1023 / 255
                unsafe plane?[place + 2 * channel] = UInt8(level & 255)
                unsafe plane?[place + 2 * channel + 1] = UInt8(level >> 8)
            }
        }
        return unsafe image
    }

    @unsafe private func written(_ context: OpaquePointer?) -> [UInt8] {
        var bytes: [UInt8] = []
        unsafe withUnsafeMutablePointer(to: &bytes) { bytes in
            var writer = unsafe heif_writer(writer_api_version: 1) { _, data, count, target in
                let target = unsafe target?.assumingMemoryBound(to: [UInt8].self)
                unsafe target?.pointee = Array(UnsafeRawBufferPointer(start: data, count: count))
                return unsafe heif_error(code: heif_error_Ok, subcode: heif_suberror_Unspecified, message: nil)
            }
            unsafe heif_context_write(context, &writer, bytes)
        }
        return bytes
    }
}
