/// What an application may write into a profile.
package struct ProfileAttributes: Equatable, Codable, Sendable {
    package var userName: String?
    package var fullName: String?
    package var givenName: String?
    package var familyName: String?
    package var displayName: String?
    package var email: EmailAddress?
    /// What the picture shows: its alternative text.
    package var description: String?
    /// Whatever the application keeps with its users.
    package var metadata: [String: JSONValue] = [:]

    package init() {}

    /// The name to show: the first that there is.
    package var name: String? {
        let given = [givenName, familyName].compactMap(\.self).joined(separator: " ")
        return displayName ?? fullName ?? (given.isEmpty ? nil : given) ?? userName
    }
}
