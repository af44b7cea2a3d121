import Imaging

extension CodedError {
    /// The only map from errors of the domain, of pictures and of stores to coded errors. An error that is not listed is
    /// a fault of portraitd.
    package init(_ error: any Error) {
        switch error {
        case let error as CodedError: self = error
        case let error as ImageError: self.init(error)
        case let error as PreconditionFailure: self.init(error)
        case let error as ProfileError: self.init(error)
        case let error as MediaError: self.init(error)
        case let error as UploadError: self.init(error)
        case let error as StagingError: self.init(error)
        case let error as BulkError: self.init(error)
        case let error as CrashLimit.Exceeded:
            self.init(
                .tooMany,
                code: "too-many-crashes",
                "Several of your pictures have broken a decoder. Send none for \(error.seconds) seconds.",
                limit: error.seconds,
                retryAfter: error.seconds
            )
        case StoreError.full:
            self.init(.full, code: "storage-full", "There is no space left to store the image.", cause: "\(error)")
        case StoreError.busy:
            self.init(
                .unavailable,
                code: "busy",
                "The database is busy. Try again.",
                cause: "\(error)",
                retryAfter: 2
            )
        default:
            self.init(
                .fault,
                code: "internal",
                "The server could not do this. The fault is not yours.",
                cause: "\(error)"
            )
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
                "The user has \(limit) documents, the most that are allowed. Delete one first.",
                limit: limit
            )
        case .tooManyItems(let found, let limit):
            self.init(
                .tooLarge,
                code: "quota-exceeded",
                "The user would have \(found) pictures and documents, replaced pictures among them; \(limit) are allowed. "
                    + "Delete some first.",
                found: String(found),
                limit: limit
            )
        case .tooManyBytes(let found, let limit):
            self.init(
                .tooLarge,
                code: "quota-exceeded",
                "The user's pictures and documents would have \(found) bytes, replaced pictures among them; \(limit) are "
                    + "allowed. Delete some first.",
                found: String(found),
                limit: limit
            )
        case .empty:
            self.init(.malformed, code: "file-missing", "The request holds no file, or an empty one.")
        }
    }

    /// Only imports on the command line have these errors.
    private init(_ error: BulkError) {
        switch error {
        case .knownUser:
            self.init(.conflict, code: "known-user", "The user exists here, and differs from the export.")
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
                "A media item of the user belongs to another user here.",
                found: id.rawValue
            )
        case .damagedFile(let path):
            self.init(
                .unprocessable,
                code: "damaged-file",
                "The file \(path) is not the one that the manifest names."
            )
        case .badLine(let reason): self.init(.malformed, code: "bad-line", "The line \(reason).")
        case .badPath(let path):
            self.init(.malformed, code: "bad-path", "\(path) is not a plain file inside the folder, or is a link.")
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

    /// No user of this name is known.
    package static var noUser: CodedError {
        CodedError(
            .notFound,
            code: "no-user",
            "There is no user of this name. Create the profile by PUT /users/{id} first."
        )
    }
}

extension ImportFailure {
    /// Reports the error of an import in the words of an upload's error. Faults of portraitd are transient.
    package init(_ error: any Error) {
        let error = CodedError(error)
        self.init(code: error.code, detail: error.detail, isTransient: error.isTransient)
    }
}
