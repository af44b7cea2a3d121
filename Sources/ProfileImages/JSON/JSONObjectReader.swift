/// Reads the members of a JSON object. `finish` refuses the members that were not read.
package struct JSONObjectReader {
    private var unread: [String: JSONValue]

    /// - Throws: a `CodedError` when `body` is no JSON object.
    package init(_ body: [UInt8]) throws(CodedError) {
        let value: JSONValue
        do {
            value = try JSONValue(untrusted: body)
        } catch {
            throw CodedError(malformedJSON: error)
        }
        guard case .object(let members) = value else {
            throw CodedError(.malformed, code: "bad-json", "The body is JSON, but not an object.")
        }
        unread = members
    }

    /// Takes an object that was read already.
    package init(_ members: [String: JSONValue]) {
        unread = members
    }

    /// Adds `members` where the object has none of their names.
    package mutating func merge(_ members: [(name: String, value: JSONValue)]) {
        for member in members where unread[member.name] == nil { unread[member.name] = member.value }
    }

    /// The names of the members that were not read yet.
    package var names: Set<String> {
        Set(unread.keys)
    }

    /// Any value; nil when there is no such member.
    package mutating func value(_ name: String) -> JSONValue? {
        unread.removeValue(forKey: name)
    }

    /// A text of up to `maxBytes` bytes without control characters, line breaks where `allowsLines` says so.
    /// - Returns: nil when there is no such member; an inner nil when it is null.
    /// - Throws: a `CodedError`.
    package mutating func text(_ name: String, maxBytes: Int, allowsLines: Bool = false) throws(CodedError) -> String??
    {
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
    package mutating func requiredText(_ name: String, maxBytes: Int) throws(CodedError) -> String {
        guard case .some(.some(let text)) = try text(name, maxBytes: maxBytes) else {
            throw .badMember(name, "must be a string")
        }
        return text
    }

    /// - Returns: nil when there is no such member.
    package mutating func boolean(_ name: String) throws(CodedError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .boolean(let boolean) = value else { throw .badMember(name, "must be true or false") }
        return boolean
    }

    /// A whole number; nil when there is no such member.
    package mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(CodedError) -> Int? {
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
    package mutating func email(_ name: String) throws(CodedError) -> EmailAddress?? {
        guard let text = try text(name, maxBytes: EmailAddress.maxBytes) else { return nil }
        guard let text else { return .some(nil) }
        guard let email = EmailAddress(rawValue: text) else {
            throw .badMember(name, "must be an e-mail address like ann@example.com")
        }
        return email
    }

    /// The identifier of a media item, which must be there.
    package mutating func mediaID(_ name: String) throws(CodedError) -> MediaID {
        guard case .string(let text) = value(name), let id = MediaID(rawValue: text) else {
            throw .badMember(name, "must be a media identifier: 32 lower-case hexadecimal digits")
        }
        return id
    }

    /// Refuses what was not read.
    /// - Throws: a `CodedError` that names the first such member.
    package func finish() throws(CodedError) {
        guard let name = names.min() else { return }
        throw .badMember(name, "is not a member that can be set here")
    }
}

extension JSONObjectReader {
    private static let urlForm =
        "must be an http or https URL of at most \(RemoteURL.maxBytes) bytes, without a name and password"

    /// The URL of a picture, which must be there.
    package mutating func remoteURL(_ name: String) throws(CodedError) -> RemoteURL {
        guard case .string(let text) = value(name), let url = RemoteURL(rawValue: text) else {
            throw .badMember(name, Self.urlForm)
        }
        return url
    }

    /// The URL of a picture; null is none.
    package mutating func remoteURLIfPresent(_ name: String) throws(CodedError) -> RemoteURL? {
        try remoteURLOrNull(name) ?? nil
    }

    /// The URL of a picture.
    /// - Returns: nil when there is no such member; an inner nil when it is null.
    package mutating func remoteURLOrNull(_ name: String) throws(CodedError) -> RemoteURL?? {
        guard let value = value(name) else { return nil }
        if value == .null { return .some(nil) }
        guard case .string(let text) = value, let url = RemoteURL(rawValue: text) else {
            throw .badMember(name, Self.urlForm)
        }
        return url
    }

    /// A name; null and an empty text are none.
    package mutating func name(_ name: String) throws(CodedError) -> String? {
        let text = try text(name, maxBytes: ProfileService.maxNameBytes) ?? nil
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// When what a connection says is taken over, which must be there.
    package mutating func identitySync(_ name: String) throws(CodedError) -> IdentitySync {
        guard case .string(let text) = value(name), let sync = IdentitySync(rawValue: text) else {
            throw .badMember(name, "must be one of \(IdentitySync.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return sync
    }
}

extension CodedError {
    /// The text is not JSON, or not JSON that is accepted.
    fileprivate init(malformedJSON error: MalformedJSON) {
        let (detail, limit): (String, Int?) =
            switch error.reason {
            case .syntax: ("The body is not JSON (RFC 8259), or has a name twice", nil)
            case .tooDeep:
                ("The body has more than \(JSONValue.maxDepth) arrays and objects in each other", JSONValue.maxDepth)
            case .nameTooLong: ("A name has more than \(JSONValue.maxNameBytes) bytes", JSONValue.maxNameBytes)
            case .tooManyMarks: ("A text has more than 30 combining marks in a row", 30)
            }
        self.init(.malformed, code: "bad-json", "\(detail): it was read up to byte \(error.offset).", limit: limit)
    }
}
