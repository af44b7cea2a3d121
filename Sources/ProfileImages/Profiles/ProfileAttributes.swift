/// What an application may write into a profile.
package struct ProfileAttributes: Equatable, Codable, Sendable {
    package var userName: String?
    package var fullName: String?
    package var givenName: String?
    package var familyName: String?
    package var displayName: String?
    /// An address that is new is not verified.
    package var email: EmailAddress? {
        didSet { if email != oldValue { isEmailVerified = false } }
    }
    package var isEmailVerified = false
    /// What else OpenID Connect tells of a user. A telephone number that is new is not verified.
    package var claims: [StandardClaim: JSONValue] = [:] {
        didSet { if claims[.phoneNumber] != oldValue[.phoneNumber] { isPhoneNumberVerified = false } }
    }
    package var isPhoneNumberVerified = false
    /// A picture elsewhere that somebody named. It is shown before the image, until an image is set or taken away.
    package var picture: RemoteURL?
    /// What the picture shows: its alternative text.
    package var description: String?
    /// Whatever the application keeps with its users; they may change it themselves.
    package var metadata: [String: JSONValue] = [:]
    /// The same for what users may only read.
    package var publicMetadata: [String: JSONValue] = [:]
    /// The same for what users may not even read.
    package var privateMetadata: [String: JSONValue] = [:]

    package init() {}

    /// What was written before an attribute existed lacks it.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        userName = try container.decodeIfPresent(String.self, forKey: .userName)
        fullName = try container.decodeIfPresent(String.self, forKey: .fullName)
        givenName = try container.decodeIfPresent(String.self, forKey: .givenName)
        familyName = try container.decodeIfPresent(String.self, forKey: .familyName)
        displayName = try container.decodeIfPresent(String.self, forKey: .displayName)
        email = try container.decodeIfPresent(EmailAddress.self, forKey: .email)
        isEmailVerified = try container.decodeIfPresent(Bool.self, forKey: .isEmailVerified) ?? false
        claims = try container.decodeIfPresent([StandardClaim: JSONValue].self, forKey: .claims) ?? [:]
        isPhoneNumberVerified = try container.decodeIfPresent(Bool.self, forKey: .isPhoneNumberVerified) ?? false
        picture = try container.decodeIfPresent(RemoteURL.self, forKey: .picture)
        description = try container.decodeIfPresent(String.self, forKey: .description)
        metadata = try container.decode([String: JSONValue].self, forKey: .metadata)
        publicMetadata = try container.decodeIfPresent([String: JSONValue].self, forKey: .publicMetadata) ?? [:]
        privateMetadata = try container.decodeIfPresent([String: JSONValue].self, forKey: .privateMetadata) ?? [:]
    }

    /// The name to show: the first that there is.
    package var name: String? {
        let given = [givenName, familyName].compactMap(\.self).joined(separator: " ")
        return displayName ?? fullName ?? (given.isEmpty ? nil : given) ?? userName
    }
}
