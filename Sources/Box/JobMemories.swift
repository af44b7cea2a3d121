internal import CBox
internal import Glibc
import Imaging

/// What a job is handed over in: the upload, which nobody can change, and room for what is made of it.
final class JobMemories {
    let upload: Int32
    let result: Int32

    /// Nil where the process has no descriptors or no memory left.
    init?(_ file: [UInt8], resultBytes: Int) {
        upload = unsafe portraitd_sealed_memory(file, file.count)
        result = portraitd_bounded_memory(resultBytes)
        guard upload >= 0, result >= 0 else { return nil }
    }

    deinit {
        if upload >= 0 { close(upload) }
        if result >= 0 { close(result) }
    }

    /// Copies of the pictures that lie one after the other in the result: the process that made them may still change it.
    func pictures(_ files: [(side: Int, format: ImageFormat, byteCount: Int)]) -> [ImageVariant]? {
        var offset = 0
        var pictures: [ImageVariant] = []
        for file in files {
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: file.byteCount) { buffer, count in
                unsafe count = max(0, pread(result, buffer.baseAddress, buffer.count, offset))
            }
            guard bytes.count == file.byteCount else { return nil }
            pictures.append(ImageVariant(side: file.side, format: file.format, bytes: bytes))
            offset += bytes.count
        }
        return pictures
    }
}
