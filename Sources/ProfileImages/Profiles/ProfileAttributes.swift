import FoundationEssentials

/// The attributes of a profile that an application may write.
package struct ProfileAttributes: Equatable, Codable, Sendable {
    package var userName: String?
    package var fullName: String?
    package var givenName: String?
    package var familyName: String?
    package var displayName: String?
    /// A new address is not verified.
    package var email: EmailAddress? {
        didSet { if email != oldValue { isEmailVerified = false } }
    }
    package var isEmailVerified = false
    /// The other claims of OpenID Connect. A new telephone number is not verified.
    package var claims: [StandardClaim: JSONValue] = [:] {
        didSet { if claims[.phoneNumber] != oldValue[.phoneNumber] { isPhoneNumberVerified = false } }
    }
    package var isPhoneNumberVerified = false
    /// The URL of an external picture. It is shown instead of the image, until an image is set or removed.
    package var picture: RemoteURL?
    /// The alternative text of the picture.
    package var description: String?
    /// Data of the application that users may read and change.
    package var metadata: [String: JSONValue] = [:]
    /// Data of the application that users may read but not change.
    package var publicMetadata: [String: JSONValue] = [:]
    /// Data of the application that users may not read.
    package var privateMetadata: [String: JSONValue] = [:]

    package init() {}

    /// JSON that an older version wrote lacks newer attributes.
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

    /// The name to show: the first that exists of display name, full name, given and family name, and user name.
    package var name: String? {
        let given = [givenName, familyName].compactMap(\.self).joined(separator: " ")
        return displayName ?? fullName ?? (given.isEmpty ? nil : given) ?? userName
    }
}

extension ProfileAttributes {
    /// The maximum size in bytes as JSON, and the maximum nesting depth, of each kind of metadata.
    package static let maxMetadataBytes = 16 * 1024
    package static let maxMetadataDepth = 16

    /// - Throws: `ProfileError` if metadata exceeds a maximum, or a claim has a value that it cannot have.
    package func checkBounds() throws {
        for (attribute, metadata) in [
            (ProfileAttribute.metadata, metadata), (.publicMetadata, publicMetadata),
            (.privateMetadata, privateMetadata),
        ] where !metadata.isEmpty { try Self.check(metadata, of: attribute) }
        for claim in StandardClaim.allCases {
            guard let value = claims[claim] else { continue }
            guard claim.accepts(value) else { throw ProfileError.badClaim(claim) }
        }
    }

    private static func check(_ metadata: [String: JSONValue], of attribute: ProfileAttribute) throws {
        let value = JSONValue.object(metadata)
        guard value.depth <= maxMetadataDepth else {
            throw ProfileError.metadataTooDeep(attribute, depth: value.depth, limit: maxMetadataDepth)
        }
        let bytes = try JSONEncoder().encode(value).count
        guard bytes <= maxMetadataBytes else {
            throw ProfileError.metadataTooLarge(attribute, bytes: bytes, limit: maxMetadataBytes)
        }
    }
}

/// The names of a profile's attributes in JSON and in the settings.
package enum ProfileAttribute: String, CaseIterable, Sendable {
    case userName
    case fullName
    case givenName
    case familyName
    case displayName
    case email
    case emailVerified
    case claims
    case phoneNumberVerified
    case picture
    case description
    case metadata
    case publicMetadata
    case privateMetadata

    /// The attributes that the settings may allow users to change. Excluded are verification results and metadata that
    /// only the application may write.
    package static let ownable = allCases.filter {
        ![.emailVerified, .phoneNumberVerified, .publicMetadata, .privateMetadata].contains($0)
    }
}

/// The claims of OpenID Connect Core §5.1 that are not attributes of their own in a profile, with their names in that
/// specification.
package enum StandardClaim: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    case middleName = "middle_name"
    case nickname
    case profile
    case website
    case gender
    case birthdate
    case zoneinfo
    case locale
    case phoneNumber = "phone_number"
    case address

    /// The maximum length of a text in UTF-8 bytes.
    package static let maxBytes = 2048
    /// The allowed members of an address, §5.1.1.
    package static let addressMembers: Set = [
        "formatted", "street_address", "locality", "region", "postal_code", "country",
    ]

    /// Whether this claim can have `value`: a string, or for an address an object of strings.
    func accepts(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.address, .object(let members)):
            members.allSatisfy { Self.addressMembers.contains($0.key) && Self.isText($0.value, allowsLines: true) }
        case (.address, _): false
        default: Self.isText(value, allowsLines: false)
        }
    }

    /// §5.1.1: line feeds, with or without carriage returns, separate the lines of an address.
    private static func isText(_ value: JSONValue, allowsLines: Bool) -> Bool {
        guard case .string(let text) = value else { return false }
        return text.utf8.count <= maxBytes
            && text.unicodeScalars.allSatisfy {
                $0.properties.generalCategory != .control || (allowsLines && ($0 == "\n" || $0 == "\r"))
            }
    }
}
