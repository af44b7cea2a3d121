/// Why something was refused or failed, in the words of no protocol: the server answers with it, an import reports it.
///
/// The detail says what was found and what is allowed. It never holds paths, SQL or the words of a library.
package struct CodedError: Error, Equatable, Sendable {
    /// What can be done about it. The server maps each kind to one HTTP status, RFC 9110 §15.
    package enum Kind: Equatable, Sendable {
        case malformed, notFound, conflict, gone, preconditionFailed, tooLarge, unsupportedType, unprocessable, tooMany
        /// Our own faults: the same request may succeed later.
        case unavailable, full, fault
    }

    package let kind: Kind
    /// Names the error for programs; it never changes.
    package let code: String
    /// Explains this occurrence to a person.
    package let detail: String
    /// What was found, where it can be named.
    package var found: String?
    /// What would have been accepted, where it can be listed.
    package var allowed: [String]?
    /// The bound that was exceeded, in the unit that the detail names.
    package var limit: Int?
    /// The JSON member that is meant, RFC 6901.
    package var pointer: String?
    /// The query parameter that is meant.
    package var parameter: String?
    /// What went wrong on our side, for the log only.
    package var cause: String?
    /// How many seconds to wait before the next attempt.
    package var retryAfter: Int?

    package init(
        _ kind: Kind,
        code: String,
        _ detail: String,
        found: String? = nil,
        allowed: [String]? = nil,
        limit: Int? = nil,
        pointer: String? = nil,
        cause: String? = nil,
        retryAfter: Int? = nil
    ) {
        self.kind = kind
        self.code = code
        self.detail = detail
        self.found = found
        self.allowed = allowed
        self.limit = limit
        self.pointer = pointer
        self.cause = cause
        self.retryAfter = retryAfter
    }

    /// Whether the fault is ours, so that the same request may succeed later.
    package var isTransient: Bool {
        switch kind {
        case .unavailable, .full, .fault: true
        default: false
        }
    }
}

extension CodedError {
    /// A member of a JSON object is not acceptable. `reason` completes the sentence that its name begins.
    package static func badMember(_ name: String, _ reason: String, limit: Int? = nil) -> CodedError {
        badMember(name, at: "/\(escaped(name))", reason, limit: limit)
    }

    /// A member of the member `object` is not acceptable.
    package static func badMember(
        _ object: String,
        _ name: String,
        _ reason: String,
        allowed: [String]? = nil,
        limit: Int? = nil
    ) -> CodedError {
        badMember(name, at: "/\(escaped(object))/\(escaped(name))", reason, allowed: allowed, limit: limit)
    }

    /// A query parameter is not acceptable. `reason` completes the sentence that its name begins.
    package static func badParameter(_ name: String, _ reason: String) -> CodedError {
        var error = CodedError(.malformed, code: "bad-request", "\(name) \(reason).")
        error.parameter = name
        return error
    }

    /// An upload is longer than the setting allows.
    package static func tooManyBytes(_ found: Int, limit: Int) -> CodedError {
        CodedError(
            .tooLarge,
            code: "too-many-bytes",
            "The upload has \(found) bytes; at most \(limit) are allowed.",
            found: String(found),
            limit: limit
        )
    }

    private static func badMember(
        _ name: String,
        at pointer: String,
        _ reason: String,
        allowed: [String]? = nil,
        limit: Int?
    ) -> CodedError {
        CodedError(
            .malformed,
            code: "bad-member",
            "\"\(name)\" \(reason).",
            allowed: allowed,
            limit: limit,
            pointer: pointer
        )
    }

    /// A name as a part of a JSON pointer, RFC 6901 §3.
    private static func escaped(_ name: String) -> String {
        name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
