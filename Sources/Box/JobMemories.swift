internal import CBox
internal import Glibc
import Imaging

/// The shared memories of a job: the upload, which the decoder can only read, and room for the result.
@safe final class JobMemories: Sendable {
    /// The largest upload for a process that decodes many pictures, in bytes; only used pages take memory.
    static let sharedUploadBytes = 16 << 20
    /// The part of the upload memory that stays allocated between two uploads, in bytes.
    private static let keptBytes = 4 << 20

    let upload: Int32
    let result: Int32
    let uploadBytes: Int
    let resultBytes: Int
    /// The mapping for the uploads of many jobs, one after the other; nil for one job. Unchecked: the address never
    /// changes, and the pool gives the object to one request at a time.
    @unsafe private nonisolated(unsafe) let uploads: UnsafeMutableRawBufferPointer?

    /// Creates the memories for one job; nil if no descriptor or no memory is left.
    init?(_ file: [UInt8], resultBytes: Int) {
        upload = unsafe portraitd_sealed_memory(file, file.count)
        result = portraitd_bounded_memory(resultBytes)
        uploadBytes = file.count
        self.resultBytes = resultBytes
        unsafe uploads = nil
        guard upload >= 0, result >= 0 else { return nil }
    }

    /// Creates the memories for many jobs of one process; nil if no descriptor or no memory is left.
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

    /// Replaces the last upload by `file`.
    /// - Precondition: the memories are for many jobs, the process is idle, and the file has at most
    ///   `sharedUploadBytes`.
    func load(_ file: [UInt8]) {
        guard let uploads = unsafe uploads else { return }
        unsafe uploads.copyBytes(from: file)
    }

    /// Returns the pages of a large upload beyond `keptBytes` to the kernel.
    func tidy(after file: [UInt8]) {
        guard let uploads = unsafe uploads, file.count > Self.keptBytes else { return }
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: uploads[Self.keptBytes...])
        _ = unsafe madvise(rest.baseAddress, rest.count, MADV_REMOVE)
    }

    /// Copies the pictures, which lie one after the other in the result; nil if one is incomplete. Copies, because the
    /// decoder process can still change the result.
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
