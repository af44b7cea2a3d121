/// The attributes of a profile, by the names that JSON and the settings give them.
package enum ProfileAttribute: String, CaseIterable, Sendable {
    case userName
    case fullName
    case givenName
    case familyName
    case displayName
    case email
    case description
    case metadata
}
