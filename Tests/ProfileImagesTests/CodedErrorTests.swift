import Imaging
@testable import ProfileImages
import Testing

@Suite struct CodedErrorTests {
    /// Each error with its kind and code. Codes are part of the API and never change.
    private static let table: [(any Error & Sendable, CodedError.Kind, String)] = [
        (ImageError.empty, .malformed, "image-missing"),
        (ImageError.tooManyBytes(found: 9, limit: 8), .tooLarge, "too-many-bytes"),
        (ImageError.tooManyPixels(width: 2, height: 3, limit: 5), .tooLarge, "too-many-pixels"),
        (ImageError.tooLong(width: 90, height: 3, limit: 20), .unprocessable, "too-long"),
        (ImageError.unsupportedFormat(found: nil, accepted: [.jpeg]), .unsupportedType, "unsupported-format"),
        (ImageError.corrupt(.png, reason: "x"), .unprocessable, "corrupt-image"),
        (ImageError.decoderCrashed(.png, reason: "x"), .unprocessable, "decoder-crashed"),
        (ImageError.tooMuchWork(seconds: 3), .unprocessable, "too-much-work"),
        (ImageError.busy, .unavailable, "busy"),
        (ImageError.outOfMemory, .unavailable, "out-of-memory"),
        (PreconditionFailure(current: nil), .preconditionFailed, "precondition-failed"),
        (ProfileError.unknownUser, .notFound, "no-user"),
        (ProfileError.metadataTooLarge(.metadata, bytes: 9, limit: 8), .malformed, "bad-member"),
        (MediaError.tooManyDocuments(limit: 3), .conflict, "too-many-documents"),
        (MediaError.tooManyBytes(found: 9, limit: 8), .tooLarge, "quota-exceeded"),
        (MediaError.empty, .malformed, "file-missing"),
        (UploadError.expired, .gone, "upload-expired"),
        (UploadError.used, .conflict, "upload-used"),
        (StagingError.duplicate, .conflict, "duplicate-image"),
        (CrashLimit.Exceeded(seconds: 7), .tooMany, "too-many-crashes"),
        (BulkError.badLine("is empty"), .malformed, "bad-line"),
        (StoreError.full, .full, "storage-full"),
        (StoreError.busy, .unavailable, "busy"),
        (CancellationError(), .fault, "internal"),
    ]

    @Test func `every error has its kind and its code`() {
        for (error, kind, code) in Self.table {
            let coded = CodedError(error)
            #expect(coded.kind == kind, "\(error)")
            #expect(coded.code == code, "\(error)")
            #expect(coded.detail.hasSuffix("."), "\(coded.detail)")
            #expect(coded.isTransient == [.unavailable, .full, .fault].contains(kind), "\(error)")
        }
    }

    @Test func `an unknown error keeps its description for the log`() {
        struct Secret: Error {}
        let coded = CodedError(Secret())
        #expect(coded.cause == "Secret()")
        #expect(!coded.detail.contains("Secret"))
    }

    @Test func `a JSON pointer names a member`() {
        #expect(CodedError.badMember("a/b~c", "is wrong").pointer == "/a~1b~0c")
        #expect(CodedError.badMember("claims", "zoneinfo", "is wrong").pointer == "/claims/zoneinfo")
    }

    @Test func `an import reports an upload's reason, and internal faults as transient`() {
        let refused = ImportFailure(ImageError.corrupt(.png, reason: "It ends too early") as any Error)
        #expect(refused.code == "corrupt-image")
        #expect(!refused.isTransient)
        #expect(ImportFailure(StoreError.busy as any Error).isTransient)
    }
}
