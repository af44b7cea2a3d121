package import ProfileImages

extension ProfileAttributes {
    private static let names: [(ProfileAttribute, any WritableKeyPath<ProfileAttributes, String?> & Sendable)] = [
        (.userName, \.userName), (.fullName, \.fullName), (.givenName, \.givenName), (.familyName, \.familyName),
        (.displayName, \.displayName),
    ]

    /// Takes attributes away.
    mutating func clear(_ attributes: Set<ProfileAttribute>) {
        for (attribute, path) in Self.names where attributes.contains(attribute) { self[keyPath: path] = nil }
        if attributes.contains(.description) { description = nil }
        if attributes.contains(.email) { email = nil }
        if attributes.contains(.metadata) { metadata = [:] }
    }

    /// Sets what `body` names; null and an empty text take away.
    /// - Throws: a problem with status 400; the attributes are in no certain state then.
    package mutating func set(by body: consuming JSONObjectReader) throws(Problem) {
        for (attribute, path) in Self.names {
            if let name = try body.text(attribute.rawValue, maxBytes: ProfileService.maxNameBytes) {
                self[keyPath: path] = name.flatMap { $0.isEmpty ? nil : $0 }
            }
        }
        let maxBytes = ProfileService.maxDescriptionBytes
        if let text = try body.text(ProfileAttribute.description.rawValue, maxBytes: maxBytes, allowsLines: true) {
            description = text.flatMap { $0.isEmpty ? nil : $0 }
        }
        if let address = try body.email(ProfileAttribute.email.rawValue) { email = address }
        if let patch = body.value(ProfileAttribute.metadata.rawValue) {
            metadata = try Self.merging(patch, into: metadata)
        }
        try body.finish()
    }

    private static func merging(_ patch: JSONValue, into metadata: [String: JSONValue]) throws(Problem)
        -> [String: JSONValue]
    {
        switch (patch, JSONValue.object(metadata).merging(patch)) {
        case (.null, _): return [:]
        case (_, .object(let members)): return members
        default: throw .badMember(ProfileAttribute.metadata.rawValue, "must be an object or null")
        }
    }
}
