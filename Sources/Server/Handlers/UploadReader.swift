import Imaging
import ProfileImages

/// Takes the files that requests bring, one kind's limit and memory at a time.
struct UploadReader: Sendable {
    /// The longest file.
    let maxBytes: Int
    /// What files take until they are stored or refused.
    let memory: MemoryBudget
    /// Is told of pictures that are refused before anybody has seen them; of documents nobody is.
    var observer: (any UploadObserver)?

    /// The same with a smaller limit, if there is one.
    func upTo(_ limit: Int?) -> UploadReader {
        UploadReader(maxBytes: min(maxBytes, limit ?? maxBytes), memory: memory, observer: observer)
    }

    /// Runs `body` with the picture that the request brings, which has memory reserved for as long as that takes: the file
    /// itself, the one file of a form, or its Base64 text or data URI. Only what is declared as text may be as long as the
    /// longest file's text.
    /// - Throws: `ImageError.busy` when there is no memory in time; what reading the upload throws.
    func withPicture<Value>(of request: Request, _ body: (Upload) throws -> Value) throws -> Value {
        let longest = request.declaresText ? [UInt8].base64Length(of: maxBytes) + Self.dataURIOverhead : maxBytes
        return try holding(telling { try memory.reserve(request.announcedLength(upTo: longest)) }) {
            try body(
                telling {
                    var upload = try request.upload(upTo: longest)
                    try upload.decodeText()
                    guard upload.bytes.count <= maxBytes else {
                        throw CodedError.tooManyBytes(upload.bytes.count, limit: maxBytes)
                    }
                    return upload
                }
            )
        }
    }

    /// Runs `body` with the request's file as it is, which has memory reserved for as long as that takes.
    /// - Throws: `ImageError.busy` when there is no memory in time; what reading the upload throws.
    func withUpload<Value>(of request: Request, _ body: (Upload) throws -> Value) throws -> Value {
        try holding(telling { try memory.reserve(request.announcedLength(upTo: maxBytes)) }) {
            try body(telling { try request.upload(upTo: maxBytes) })
        }
    }

    /// Runs `body` with the body of a request that may hold a file as Base64 text, which has memory reserved for as long as
    /// that takes. What else the request holds may be so much shorter that the file is longer than the longest.
    /// - Throws: `ImageError.busy` when there is no memory in time; `FastCGIBodyError`.
    func withBase64<Value>(of request: Request, _ body: (consuming [UInt8]) throws -> Value) throws -> Value {
        let longest = [UInt8].base64Length(of: maxBytes)
        return try holding(memory.reserve(request.announcedLength(upTo: longest))) {
            try body(request.body(upTo: longest + Request.maxJSONBytes))
        }
    }

    /// More than what stands before the text of a data URI, and than the line breaks of a text in lines of 64 letters add to
    /// the longest.
    private static let dataURIOverhead = 512 * 1024

    /// Tells the observer when `read` throws.
    private func telling<Value: ~Copyable>(_ read: () throws -> Value) throws -> Value {
        do {
            return try read()
        } catch {
            observer?.uploadEnded(with: error)
            throw error
        }
    }

    private func holding<Value>(_ memory: borrowing MemoryBudget.Reservation, _ body: () throws -> Value) rethrows
        -> Value
    {
        try body()
    }
}
