import FastCGI
import HTTPTypes
import Imaging
import ProfileImages

extension Problem {
    /// The one map from what went wrong to what the client is told. What is not listed is our own fault.
    package init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as ImageError: self.init(error)
        case let error as FastCGIBodyError: self.init(error)
        case let error as MultipartForm.Failure: self.init(error)
        case let error as PreconditionFailure: self.init(error)
        case let error as ProfileError: self.init(error)
        case let error as MediaError: self.init(error)
        case let error as UploadError: self.init(error)
        case let error as StagingError: self.init(error)
        case let error as CrashLimit.Exceeded:
            self.init(
                .tooManyRequests,
                code: "too-many-crashes",
                "Several of your pictures have broken a decoder. Send none for \(error.seconds) seconds.",
                limit: error.seconds,
                headerFields: [.retryAfter: String(error.seconds)]
            )
        case let error as BulkError: self.init(error)
        case StoreError.full:
            self.init(
                .insufficientStorage,
                code: "storage-full",
                "There is no space left to store the image.",
                cause: "\(error)"
            )
        case StoreError.busy:
            self.init(
                .serviceUnavailable,
                code: "busy",
                "The database is held by somebody else. Try again.",
                cause: "\(error)",
                headerFields: [.retryAfter: "2"]
            )
        default:
            self.init(
                .internalServerError,
                code: "internal",
                "The server could not do this. The fault is not yours.",
                cause: "\(error)"
            )
        }
    }

    private init(_ error: FastCGIBodyError) {
        switch error {
        case .tooLarge(let announced, let limit):
            self.init(tooManyBytes: announced, limit: limit)
        case .invalidLength(let value):
            self.init(.badRequest, code: "bad-request", "Content-Length is not a number of bytes.", found: value)
        case .tooShort(let received, let announced):
            self.init(
                .badRequest,
                code: "incomplete-body",
                "The body ended after \(received) of the \(announced) bytes that Content-Length announced."
            )
        case .timedOut(let received, let announced):
            self.init(
                .requestTimeout,
                code: "incomplete-body",
                "Nothing more came after \(received) of the \(announced) bytes that Content-Length announced."
            )
        case .tooLong(let announced):
            self.init(
                .badRequest,
                code: "bad-request",
                "The body is longer than the \(announced) bytes that Content-Length announced."
            )
        }
    }

    private init(_ failure: MultipartForm.Failure) {
        switch failure {
        case .invalidBoundary:
            self.init(
                .badRequest,
                code: "bad-form",
                "The multipart boundary is missing or not 1 to 70 allowed characters."
            )
        case .malformed(let reason):
            self.init(.badRequest, code: "bad-form", "The multipart body is malformed: \(reason).")
        }
    }

    private init(_ error: StagingError) {
        switch error {
        case .duplicate:
            self.init(.conflict, code: "duplicate-image", "There is, or was, a picture of this name.")
        case .unknownUploader:
            self.init(.gone, code: "upload-withdrawn", "The user for whom this upload was allowed was erased.")
        }
    }

    private init(_ failure: PreconditionFailure) {
        self.init(
            .preconditionFailed,
            code: "precondition-failed",
            failure.current == nil
                ? "The user has no image, so If-Match does not hold."
                : "The user's image is not the one that the condition names. Read it again before you change it.",
            found: failure.current.map { "\"\($0.rawValue)\"" }
        )
    }

    private init(_ error: ProfileError) {
        switch error {
        case .unknownUser: self = .noUser
        case .otherRevision(let current):
            self.init(
                .preconditionFailed,
                code: "precondition-failed",
                "The profile is not the one that the condition names. Read it again before you change it.",
                found: current.map { "\"r\($0)\"" }
            )
        case .metadataTooLarge(let attribute, let bytes, let limit):
            self = .badMember(
                attribute.rawValue,
                "would have \(bytes) bytes; at most \(limit) are allowed",
                limit: limit
            )
        case .metadataTooDeep(let attribute, let depth, let limit):
            self = .badMember(
                attribute.rawValue,
                "would be nested \(depth) deep; at most \(limit) is allowed",
                limit: limit
            )
        case .badClaim(.address):
            self = .badMember(
                "claims",
                "address",
                "must be an object of texts, of up to \(StandardClaim.maxBytes) bytes, under the names of OpenID Connect",
                allowed: StandardClaim.addressMembers.sorted()
            )
        case .badClaim(let claim):
            self = .badMember(
                "claims",
                claim.rawValue,
                "must be a string of up to \(StandardClaim.maxBytes) bytes without control characters",
                limit: StandardClaim.maxBytes
            )
        }
    }

    private init(_ error: MediaError) {
        switch error {
        case .tooManyDocuments(let limit):
            self.init(
                .conflict,
                code: "too-many-documents",
                "The user has \(limit) documents already, as many as are allowed. Delete one first.",
                limit: limit
            )
        case .tooManyItems(let found, let limit):
            self.init(
                .contentTooLarge,
                code: "quota-exceeded",
                "The user would have \(found) pictures and documents, replaced pictures among them; \(limit) are allowed. "
                    + "Delete some first.",
                found: String(found),
                limit: limit
            )
        case .tooManyBytes(let found, let limit):
            self.init(
                .contentTooLarge,
                code: "quota-exceeded",
                "The user's pictures and documents would have \(found) bytes, replaced pictures among them; \(limit) are "
                    + "allowed. Delete some first.",
                found: String(found),
                limit: limit
            )
        case .empty:
            self.init(.badRequest, code: "file-missing", "The request holds no file, or an empty one.")
        }
    }

    /// No request leads to these: an import tells its refusals in the same words.
    private init(_ error: BulkError) {
        switch error {
        case .knownUser:
            self.init(.conflict, code: "known-user", "The user is known here already, and differs from the export.")
        case .beingDeleted(let id):
            self.init(
                .conflict,
                code: "being-deleted",
                "The files of a media item of the user are being deleted here: try again later.",
                found: id.rawValue
            )
        case .knownMedia(let id):
            self.init(
                .conflict,
                code: "known-media",
                "A media item of the user is somebody else's here.",
                found: id.rawValue
            )
        case .damagedFile(let path):
            self.init(
                .unprocessableContent,
                code: "damaged-file",
                "The file \(path) is not the one that the manifest names."
            )
        case .badLine(let reason): self.init(.badRequest, code: "bad-line", "The line \(reason).")
        case .badPath(let path):
            self.init(.badRequest, code: "bad-path", "\(path) is not a plain file inside the folder, or is a link.")
        case .missingFile(let path): self.init(.notFound, code: "file-missing", "There is no file \(path).")
        }
    }

    private init(_ error: UploadError) {
        switch error {
        case .expired:
            self.init(.gone, code: "upload-expired", "The time of this upload URL is over. Ask for a new one.")
        case .used:
            self.init(.conflict, code: "upload-used", "This upload URL was used already. Ask for a new one.")
        case .withdrawn:
            self.init(.gone, code: "upload-withdrawn", "This upload URL was withdrawn, as its user was erased.")
        }
    }

    init(tooManyBytes found: Int, limit: Int) {
        self.init(
            .contentTooLarge,
            code: "too-many-bytes",
            "The upload has \(found) bytes; at most \(limit) are allowed.",
            found: String(found),
            limit: limit
        )
    }
}
