internal import CBox
internal import Glibc
import Imaging

/// What jobs are handed over in: the upload, which the decoder cannot change, and room for what is made of it.
@safe final class JobMemories: Sendable {
    /// The longest upload of a process that decodes many, in bytes; only pages that were used take memory.
    static let sharedUploadBytes = 16 << 20
    /// What it keeps of the room for uploads from one to the next.
    private static let keptBytes = 4 << 20

    let upload: Int32
    let result: Int32
    let uploadBytes: Int
    let resultBytes: Int
    /// Where uploads of many jobs are written, one after the other. Unchecked: the address never changes, and the pool hands the
    /// object to one request at a time.
    @unsafe private nonisolated(unsafe) let uploads: UnsafeMutableRawBufferPointer?

    /// For one job. Nil where the process has no descriptors or no memory left.
    init?(_ file: [UInt8], resultBytes: Int) {
        upload = unsafe portraitd_sealed_memory(file, file.count)
        result = portraitd_bounded_memory(resultBytes)
        uploadBytes = file.count
        self.resultBytes = resultBytes
        unsafe uploads = nil
        guard upload >= 0, result >= 0 else { return nil }
    }

    /// For many jobs of one process.
    init?(resultBytes: Int) {
        var address: UnsafeMutableRawPointer?
        upload = unsafe portraitd_written_memory(Self.sharedUploadBytes, &address)
        result = portraitd_bounded_memory(resultBytes)
        uploadBytes = Self.sharedUploadBytes
        self.resultBytes = resultBytes
        unsafe uploads = unsafe UnsafeMutableRawBufferPointer(start: address, count: address == nil ? 0 : uploadBytes)
        guard upload >= 0, result >= 0 else { return nil }
    }

    deinit {
        if let uploads = unsafe uploads, uploads.count > 0 { unsafe munmap(uploads.baseAddress, uploads.count) }
        if upload >= 0 { close(upload) }
        if result >= 0 { close(result) }
    }

    /// Writes the next upload over the last.
    /// - Precondition: these are memories for many jobs, the process works on none of them now, and the file has at most
    ///   `sharedUploadBytes`.
    func load(_ file: [UInt8]) {
        guard let uploads = unsafe uploads else { return }
        unsafe uploads.copyBytes(from: file)
    }

    /// Gives back what a large upload took.
    func tidy(after file: [UInt8]) {
        guard let uploads = unsafe uploads, file.count > Self.keptBytes else { return }
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: uploads[Self.keptBytes...])
        _ = unsafe madvise(rest.baseAddress, rest.count, MADV_REMOVE)
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
