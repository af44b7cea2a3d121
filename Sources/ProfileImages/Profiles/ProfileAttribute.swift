/// The attributes of a profile, by the names that JSON and the settings give them.
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

    /// Those that users may ever change themselves: not what others have found out or keep about them.
    package static let ownable = allCases.filter {
        ![.emailVerified, .phoneNumberVerified, .publicMetadata, .privateMetadata].contains($0)
    }
}
