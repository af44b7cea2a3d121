/// An error with a code for programs and a detail for people, independent of any protocol. The server answers with it;
/// an import reports it.
///
/// The detail says what was found and what is allowed. It never contains paths, SQL or messages of libraries.
package struct CodedError: Error, Equatable, Sendable {
    /// The class of the error. The server maps each kind to one HTTP status, RFC 9110 §15.
    package enum Kind: Equatable, Sendable {
        case malformed, notFound, conflict, gone, preconditionFailed, tooLarge, unsupportedType, unprocessable, tooMany
        /// Faults of portraitd. The same request may succeed later.
        case unavailable, full, fault
    }

    package let kind: Kind
    /// Identifies the kind of error for programs; it never changes.
    package let code: String
    /// Explains this error for people.
    package let detail: String
    /// The value that was found, if it can be named.
    package var found: String?
    /// The accepted values, if they can be listed.
    package var allowed: [String]?
    /// The exceeded limit, in the unit that the detail names.
    package var limit: Int?
    /// The JSON Pointer of the faulty member, RFC 6901.
    package var pointer: String?
    /// The name of the faulty query parameter.
    package var parameter: String?
    /// The cause inside portraitd, only for the log.
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

    /// Whether this is a fault of portraitd, so that the same request may succeed later.
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

    /// Escapes a name for a JSON Pointer, RFC 6901 §3.
    private static func escaped(_ name: String) -> String {
        name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
