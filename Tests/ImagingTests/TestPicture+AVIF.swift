import CImaging

@testable import Imaging

extension TestPicture {
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
}
