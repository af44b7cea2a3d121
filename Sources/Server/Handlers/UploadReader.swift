import Imaging

/// Takes the files that requests bring, one kind's limit and memory at a time.
struct UploadReader: Sendable {
    /// The longest file.
    let maxBytes: Int
    /// What files take until they are stored or refused.
    let memory: MemoryBudget

    /// The same with a smaller limit, if there is one.
    func upTo(_ limit: Int?) -> UploadReader {
        UploadReader(maxBytes: min(maxBytes, limit ?? maxBytes), memory: memory)
    }

    /// Runs `body` with the request's file, which has memory reserved for as long as that takes.
    /// - Throws: `ImageError.busy` when there is no memory in time; what reading the upload throws.
    func withUpload<Value>(of request: Request, _ body: (Upload) throws -> Value) throws -> Value {
        try withUpload(of: request, in: memory.reserve(request.announcedLength(upTo: maxBytes)), body)
    }

    private func withUpload<Value>(
        of request: Request,
        in reserved: borrowing MemoryBudget.Reservation,
        _ body: (Upload) throws -> Value
    ) throws -> Value {
        try body(request.upload(upTo: maxBytes))
    }
}
