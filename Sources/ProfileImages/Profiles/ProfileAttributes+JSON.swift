extension ProfileAttributes {
    private static let names: [(ProfileAttribute, any WritableKeyPath<ProfileAttributes, String?> & Sendable)] = [
        (.userName, \.userName), (.fullName, \.fullName), (.givenName, \.givenName), (.familyName, \.familyName),
        (.displayName, \.displayName),
    ]
    private static let flags: [(ProfileAttribute, any WritableKeyPath<ProfileAttributes, Bool> & Sendable)] = [
        (.emailVerified, \.isEmailVerified), (.phoneNumberVerified, \.isPhoneNumberVerified),
    ]
    private static let objects:
        [(ProfileAttribute, any WritableKeyPath<ProfileAttributes, [String: JSONValue]> & Sendable)] = [
            (.metadata, \.metadata), (.publicMetadata, \.publicMetadata), (.privateMetadata, \.privateMetadata),
        ]

    /// Takes attributes away.
    private mutating func clear(_ attributes: Set<ProfileAttribute>) {
        for (attribute, path) in Self.names where attributes.contains(attribute) { self[keyPath: path] = nil }
        for (attribute, path) in Self.flags where attributes.contains(attribute) { self[keyPath: path] = false }
        for (attribute, path) in Self.objects where attributes.contains(attribute) { self[keyPath: path] = [:] }
        if attributes.contains(.email) { email = nil }
        if attributes.contains(.claims) { claims = [:] }
        if attributes.contains(.picture) { picture = nil }
        if attributes.contains(.description) { description = nil }
    }

    /// Sets all of `attributes`: those that `body` does not name are taken away.
    /// - Throws: a `CodedError`; the attributes are in no certain state then.
    package mutating func replace(
        _ attributes: Set<ProfileAttribute>,
        by body: consuming JSONObjectReader
    ) throws(CodedError) {
        let named = body.names
        clear(attributes.filter { !named.contains($0.rawValue) })
        try set(by: body, isWhole: true)
    }

    /// Sets what `body` names; null and an empty text take away.
    /// - Parameter isWhole: whether objects are set rather than merged.
    /// - Throws: a `CodedError`; the attributes are in no certain state then.
    package mutating func set(by body: consuming JSONObjectReader, isWhole: Bool = false) throws(CodedError) {
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
        if let url = try body.remoteURLOrNull(ProfileAttribute.picture.rawValue) { picture = url }
        if let patch = body.value(ProfileAttribute.claims.rawValue) { try setClaims(by: patch, isWhole: isWhole) }
        for (attribute, path) in Self.objects {
            guard let patch = body.value(attribute.rawValue) else { continue }
            self[keyPath: path] = try Self.merging(patch, into: isWhole ? [:] : self[keyPath: path], attribute)
        }
        // After what they tell of, which takes them back when it changes.
        for (attribute, path) in Self.flags {
            if let isVerified = try body.boolean(attribute.rawValue) { self[keyPath: path] = isVerified }
        }
        try body.finish()
    }

    private mutating func setClaims(by patch: JSONValue, isWhole: Bool) throws(CodedError) {
        let names = Dictionary(uniqueKeysWithValues: isWhole ? [] : claims.map { ($0.key.rawValue, $0.value) })
        var merged: [StandardClaim: JSONValue] = [:]
        for (name, value) in try Self.merging(patch, into: names, .claims) {
            guard let claim = StandardClaim(rawValue: name) else {
                throw .badMember(
                    ProfileAttribute.claims.rawValue,
                    name,
                    "is no claim that can be set here",
                    allowed: StandardClaim.allCases.map(\.rawValue)
                )
            }
            merged[claim] = value
        }
        claims = merged
    }

    private static func merging(
        _ patch: JSONValue,
        into members: [String: JSONValue],
        _ attribute: ProfileAttribute
    ) throws(CodedError) -> [String: JSONValue] {
        switch (patch, JSONValue.object(members).merging(patch)) {
        case (.null, _): return [:]
        case (_, .object(let members)): return members
        default: throw .badMember(attribute.rawValue, "must be an object or null")
        }
    }
}
