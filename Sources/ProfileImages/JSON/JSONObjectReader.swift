/// Reads the members of a JSON object. `finish` refuses the members that were not read.
package struct JSONObjectReader {
    private var unread: [String: JSONValue]

    /// - Throws: a `CodedError` if `body` is not a JSON object.
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

    /// Reads the members of an object that is already parsed.
    package init(_ members: [String: JSONValue]) {
        unread = members
    }

    /// Adds those of `members` whose names the object does not have.
    package mutating func merge(_ members: [(name: String, value: JSONValue)]) {
        for member in members where unread[member.name] == nil { unread[member.name] = member.value }
    }

    /// The names of the members that were not read yet.
    package var names: Set<String> {
        Set(unread.keys)
    }

    /// Reads any value; nil if the member is absent.
    package mutating func value(_ name: String) -> JSONValue? {
        unread.removeValue(forKey: name)
    }

    /// Reads a text of up to `maxBytes` bytes without control characters; `allowsLines` allows line breaks.
    /// - Returns: nil if the member is absent; an inner nil if it is null.
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

    /// Reads a required text.
    package mutating func requiredText(_ name: String, maxBytes: Int) throws(CodedError) -> String {
        guard case .some(.some(let text)) = try text(name, maxBytes: maxBytes) else {
            throw .badMember(name, "must be a string")
        }
        return text
    }

    /// Reads a Boolean; nil if the member is absent.
    package mutating func boolean(_ name: String) throws(CodedError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .boolean(let boolean) = value else { throw .badMember(name, "must be true or false") }
        return boolean
    }

    /// Reads a whole number; nil if the member is absent.
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

    /// Reads an e-mail address.
    /// - Returns: nil if the member is absent; an inner nil if it is null.
    package mutating func email(_ name: String) throws(CodedError) -> EmailAddress?? {
        guard let text = try text(name, maxBytes: EmailAddress.maxBytes) else { return nil }
        guard let text else { return .some(nil) }
        guard let email = EmailAddress(rawValue: text) else {
            throw .badMember(name, "must be an e-mail address like ann@example.com")
        }
        return email
    }

    /// Reads a required identifier of a media item.
    package mutating func mediaID(_ name: String) throws(CodedError) -> MediaID {
        guard case .string(let text) = value(name), let id = MediaID(rawValue: text) else {
            throw .badMember(name, "must be a media identifier: 32 lower-case hexadecimal digits")
        }
        return id
    }

    /// Refuses members that were not read.
    /// - Throws: a `CodedError` that names the first such member.
    package func finish() throws(CodedError) {
        guard let name = names.min() else { return }
        throw .badMember(name, "is not a member that can be set here")
    }
}

extension JSONObjectReader {
    private static let urlForm =
        "must be an http or https URL of at most \(RemoteURL.maxBytes) bytes, without a name and password"

    /// Reads a required URL of a picture.
    package mutating func remoteURL(_ name: String) throws(CodedError) -> RemoteURL {
        guard case .string(let text) = value(name), let url = RemoteURL(rawValue: text) else {
            throw .badMember(name, Self.urlForm)
        }
        return url
    }

    /// Reads the URL of a picture; nil if the member is absent or null.
    package mutating func remoteURLIfPresent(_ name: String) throws(CodedError) -> RemoteURL? {
        try remoteURLOrNull(name) ?? nil
    }

    /// Reads the URL of a picture.
    /// - Returns: nil if the member is absent; an inner nil if it is null.
    package mutating func remoteURLOrNull(_ name: String) throws(CodedError) -> RemoteURL?? {
        guard let value = value(name) else { return nil }
        if value == .null { return .some(nil) }
        guard case .string(let text) = value, let url = RemoteURL(rawValue: text) else {
            throw .badMember(name, Self.urlForm)
        }
        return url
    }

    /// Reads a name; nil if the member is absent, null or empty.
    package mutating func name(_ name: String) throws(CodedError) -> String? {
        let text = try text(name, maxBytes: ProfileService.maxNameBytes) ?? nil
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Reads the required setting when data of a connection is copied to profiles.
    package mutating func identitySync(_ name: String) throws(CodedError) -> IdentitySync {
        guard case .string(let text) = value(name), let sync = IdentitySync(rawValue: text) else {
            throw .badMember(name, "must be one of \(IdentitySync.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return sync
    }
}

extension CodedError {
    /// The body is not JSON, or JSON beyond the limits.
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
