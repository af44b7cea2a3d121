import ProfileImages

/// The changes in a PATCH of a user, or in a user of an import file.
struct Auth0UserPatch: Sendable {
    private typealias Change = @Sendable (inout ProfileAttributes) -> Void

    private static let texts: [(String, any WritableKeyPath<ProfileAttributes, String?> & Sendable)] = [
        ("name", \.fullName), ("given_name", \.givenName), ("family_name", \.familyName), ("username", \.userName),
    ]
    private static let claims: [(String, StandardClaim)] = [("nickname", .nickname), ("phone_number", .phoneNumber)]
    private static let flags: [(String, any WritableKeyPath<ProfileAttributes, Bool> & Sendable)] = [
        ("email_verified", \.isEmailVerified), ("phone_verified", \.isPhoneNumberVerified),
    ]
    private static let metadata: [(String, any WritableKeyPath<ProfileAttributes, [String: JSONValue]> & Sendable)] = [
        ("user_metadata", \.metadata), ("app_metadata", \.privateMetadata),
    ]
    /// The attributes that an identity provider may set at each login.
    private static let lockable = ["family_name", "given_name", "name", "nickname", "picture"]

    /// The changed attributes that clients may not set if an identity provider sets them at each login.
    let lockable: [String]
    let isOnlyUserMetadata: Bool
    let isOnlyAppMetadata: Bool
    /// Nil if the patch has no email address.
    let email: EmailAddress?
    private let changes: [Change]

    /// - Parameter replacesMetadata: whether to replace metadata; otherwise its members are merged.
    /// - Throws: a problem with status 400.
    init(_ body: consuming JSONObjectReader, replacesMetadata: Bool = false) throws(CodedError) {
        let names = body.names
        guard !names.isEmpty else { throw .auth0Body("'Too few properties defined (0), minimum 1'.") }
        lockable = Self.lockable.filter(names.contains)
        isOnlyUserMetadata = names == ["user_metadata"]
        isOnlyAppMetadata = names == ["app_metadata"]
        var changes: [Change] = []
        let email = try body.email("email")
        if let email { changes.append { $0.email = email } }
        self.email = email ?? nil
        for (name, path) in Self.texts {
            guard let text = try body.text(name, maxBytes: ProfileService.maxNameBytes) else { continue }
            changes.append { $0[keyPath: path] = text.flatMap { $0.isEmpty ? nil : $0 } }
        }
        for (name, claim) in Self.claims {
            guard let text = try body.text(name, maxBytes: ProfileService.maxNameBytes) else { continue }
            changes.append { $0.claims[claim] = text.map(JSONValue.string) }
        }
        if let picture = try body.remoteURLOrNull("picture") { changes.append { $0.picture = picture } }
        // After the email address and the phone number: a change of these clears their flags.
        for (name, path) in Self.flags {
            if let flag = try body.boolean(name) { changes.append { $0[keyPath: path] = flag } }
        }
        for (name, path) in Self.metadata {
            guard let value = body.value(name) else { continue }
            let members = try Self.members(of: value, name)
            changes.append { attributes in
                if replacesMetadata { attributes[keyPath: path] = [:] }
                for (key, value) in members { attributes[keyPath: path][key] = value == .null ? nil : value }
            }
        }
        try Self.readParameters(&body)
        if let other = body.names.min() { throw .auth0Body("'Additional properties not allowed: \(other)'.") }
        self.changes = changes
    }

    func apply(to attributes: inout ProfileAttributes) {
        for change in changes { change(&attributes) }
    }

    private static func members(of value: JSONValue, _ name: String) throws(CodedError) -> [String: JSONValue] {
        guard case .object(let members) = value else { throw .badMember(name, "must be an object") }
        if let key = members.keys.sorted().first(where: { $0.contains(".") || $0.contains("$") }) {
            throw .badMember(name, key, "must not contain a dot or a dollar sign")
        }
        return members
    }

    /// Reads the parameters of the change. portraitd sends no messages, so it refuses a request for a verification
    /// message.
    private static func readParameters(_ body: inout JSONObjectReader) throws(CodedError) {
        for name in ["connection", "client_id"] { _ = body.value(name) }
        for name in ["verify_email", "verify_phone_number"] {
            guard try body.boolean(name) != true else { throw .badMember(name, "must be false: no messages are sent") }
        }
    }
}
