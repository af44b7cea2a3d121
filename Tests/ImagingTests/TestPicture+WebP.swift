import CImaging

@testable import Imaging

extension TestPicture {
    /// Encodes with libwebp, which keeps every bit of alpha, unlike libgd.
    func webp(quality: Float? = nil) -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let (width, height, stride) = (Int32(width), Int32(height), Int32(width * 4))
        let count = unsafe pixels.withUnsafeBytes { pixels in
            let pixels = unsafe pixels.assumingMemoryBound(to: UInt8.self).baseAddress
            guard let quality else { return unsafe WebPEncodeLosslessRGBA(pixels, width, height, stride, &bytes) }
            return unsafe WebPEncodeRGBA(pixels, width, height, stride, quality, &bytes)
        }
        defer { unsafe WebPFree(bytes) }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// Encodes without loss, with the effort `method` from 0 to 6.
    func losslessWebP(method: Int32, quality: Float) -> [UInt8] {
        var config = WebPConfig()
        var picture = unsafe WebPPicture()
        var writer = unsafe WebPMemoryWriter()
        guard unsafe WebPConfigInit(&config) != 0, unsafe WebPPictureInit(&picture) != 0 else { return [] }
        defer { unsafe WebPPictureFree(&picture) }
        (config.lossless, config.method, config.quality) = (1, method, quality)
        unsafe (picture.use_argb, picture.width, picture.height) = (1, Int32(width), Int32(height))
        unsafe WebPMemoryWriterInit(&writer)
        defer { unsafe WebPMemoryWriterClear(&writer) }
        let isWritten = unsafe withUnsafeMutablePointer(to: &writer) { writer in
            unsafe picture.writer = unsafe WebPMemoryWrite
            unsafe picture.custom_ptr = UnsafeMutableRawPointer(writer)
            let isImported = unsafe pixels.withUnsafeBytes {
                unsafe WebPPictureImportRGBA(
                    &picture,
                    $0.assumingMemoryBound(to: UInt8.self).baseAddress,
                    Int32(width * 4)
                )
            }
            return unsafe isImported != 0 && WebPEncode(&config, &picture) != 0
        }
        return unsafe isWritten ? Array(UnsafeBufferPointer(start: writer.mem, count: writer.size)) : []
    }

    init?(decodingWebP bytes: [UInt8]) {
        var (width, height): (Int32, Int32) = (0, 0)
        let decoded = unsafe bytes.withUnsafeBufferPointer {
            unsafe WebPDecodeRGBA($0.baseAddress, $0.count, &width, &height)
        }
        guard let decoded = unsafe decoded else { return nil }
        defer { unsafe WebPFree(decoded) }
        unsafe self.init(width: Int(width), height: Int(height), rgba: decoded)
    }

    /// An animation of frames, each with its place on the picture in even numbers.
    static func animation(width: Int, height: Int, _ frames: [(x: Int, y: Int, picture: TestPicture)]) -> [UInt8] {
        let size = Metadata.little(width - 1, 3) + Metadata.little(height - 1, 3)
        let (animationFlag, alphaFlag): (UInt8, UInt8) = (0x02, 0x10)
        let parts = frames.map { frame in
            let place = Metadata.little(frame.x / 2, 3) + Metadata.little(frame.y / 2, 3)
            let extent = Metadata.little(frame.picture.width - 1, 3) + Metadata.little(frame.picture.height - 1, 3)
            let data = frame.picture.webp().dropFirst(12)
            return Metadata.riff("ANMF", place + extent + [100, 0, 0, 0] + data)
        }
        let extended = Metadata.riff("VP8X", [animationFlag | alphaFlag, 0, 0, 0] + size)
        let loop = Metadata.riff("ANIM", [255, 0, 0, 255, 0, 0])
        return Metadata.riff("RIFF", Array("WEBP".utf8) + extended + loop + Array(parts.joined()))
    }
}
