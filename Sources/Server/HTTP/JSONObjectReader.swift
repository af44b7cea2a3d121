import HTTPTypes
import ProfileImages

/// Reads the members of a JSON object in a request. What is not read is unknown, and refused by name.
package struct JSONObjectReader {
    private var unread: [String: JSONValue]

    /// - Throws: a problem with status 400 when `body` is no JSON object.
    package init(_ body: [UInt8]) throws(Problem) {
        let value: JSONValue
        do {
            value = try JSONValue(untrusted: body)
        } catch {
            throw Problem(malformedJSON: error)
        }
        guard case .object(let members) = value else {
            throw Problem(.badRequest, code: "bad-json", "The body is JSON, but not an object.")
        }
        unread = members
    }

    /// Takes an object that was read already.
    init(_ members: [String: JSONValue]) {
        unread = members
    }

    /// Adds the query's items where the body has no members of their names.
    mutating func merge(_ query: [RequestTarget.QueryItem]) {
        for item in query where unread[item.name] == nil { unread[item.name] = .string(item.value) }
    }

    /// The names of the members that were not read yet.
    package var names: Set<String> {
        Set(unread.keys)
    }

    /// Any value; nil when there is no such member.
    mutating func value(_ name: String) -> JSONValue? {
        unread.removeValue(forKey: name)
    }

    /// A text of up to `maxBytes` bytes without control characters, line breaks where `allowsLines` says so.
    /// - Returns: nil when there is no such member; an inner nil when it is null.
    /// - Throws: a problem with status 400.
    package mutating func text(_ name: String, maxBytes: Int, allowsLines: Bool = false) throws(Problem) -> String?? {
        guard let value = value(name) else { return nil }
        if value == .null { return .some(nil) }
        guard case .string(let text) = value else { throw .badMember(name, "must be a string") }
        guard text.utf8.count <= maxBytes else {
            throw .badMember(name, "has \(text.utf8.count) bytes; at most \(maxBytes) are allowed", limit: maxBytes)
        }
        let isForbidden = { (scalar: Unicode.Scalar) in
            scalar.properties.generalCategory == .control && !(allowsLines && (scalar == "\n" || scalar == "\r"))
        }
        guard !text.unicodeScalars.contains(where: isForbidden) else {
            throw .badMember(name, "must not hold control characters")
        }
        return text
    }

    /// A text that must be there.
    package mutating func requiredText(_ name: String, maxBytes: Int) throws(Problem) -> String {
        guard case .some(.some(let text)) = try text(name, maxBytes: maxBytes) else {
            throw .badMember(name, "must be a string")
        }
        return text
    }

    /// - Returns: nil when there is no such member.
    mutating func boolean(_ name: String) throws(Problem) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .boolean(let boolean) = value else { throw .badMember(name, "must be true or false") }
        return boolean
    }

    /// A whole number; nil when there is no such member.
    mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let value = value(name) else { return nil }
        guard case .integer(let number) = value, let number = Int(exactly: number), range.contains(number) else {
            throw .badMember(
                name,
                "must be a whole number from \(range.lowerBound) to \(range.upperBound)",
                limit: range.upperBound
            )
        }
        return number
    }

    /// An e-mail address.
    /// - Returns: nil when there is no such member; an inner nil when it is null.
    mutating func email(_ name: String) throws(Problem) -> EmailAddress?? {
        guard let text = try text(name, maxBytes: EmailAddress.maxBytes) else { return nil }
        guard let text else { return .some(nil) }
        guard let email = EmailAddress(rawValue: text) else {
            throw .badMember(name, "must be an e-mail address like ann@example.com")
        }
        return email
    }

    /// The identifier of a media item, which must be there.
    mutating func mediaID(_ name: String) throws(Problem) -> MediaID {
        guard case .string(let text) = value(name), let id = MediaID(rawValue: text) else {
            throw .badMember(name, "must be a media identifier: 32 lower-case hexadecimal digits")
        }
        return id
    }

    /// Refuses what was not read.
    /// - Throws: a problem with status 400 that names the first such member.
    package func finish() throws(Problem) {
        guard let name = names.min() else { return }
        throw .badMember(name, "is not a member that can be set here")
    }
}

extension Problem {
    /// The request's body is not JSON, or not JSON that is accepted.
    fileprivate init(malformedJSON error: MalformedJSON) {
        let (detail, limit): (String, Int?) =
            switch error.reason {
            case .syntax: ("The body is not JSON (RFC 8259), or has a name twice", nil)
            case .tooDeep:
                ("The body has more than \(JSONValue.maxDepth) arrays and objects in each other", JSONValue.maxDepth)
            case .nameTooLong: ("A name has more than \(JSONValue.maxNameBytes) bytes", JSONValue.maxNameBytes)
            case .tooManyMarks: ("A text has more than 30 combining marks in a row", 30)
            }
        self.init(.badRequest, code: "bad-json", "\(detail): it was read up to byte \(error.offset).", limit: limit)
    }

    /// A member of the request's JSON cannot be taken. `reason` completes the sentence that its name begins.
    static func badMember(_ name: String, _ reason: String, limit: Int? = nil) -> Problem {
        badMember(name, at: "/\(escaped(name))", reason, limit: limit)
    }

    /// The same of a member of the member `object`.
    static func badMember(
        _ object: String,
        _ name: String,
        _ reason: String,
        allowed: [String]? = nil,
        limit: Int? = nil
    ) -> Problem {
        badMember(name, at: "/\(escaped(object))/\(escaped(name))", reason, allowed: allowed, limit: limit)
    }

    private static func badMember(
        _ name: String,
        at pointer: String,
        _ reason: String,
        allowed: [String]? = nil,
        limit: Int?
    ) -> Problem {
        Problem(
            .badRequest,
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
