import FoundationEssentials
import ProfileImages

/// A user's attributes under the names of OpenID Connect Core §5.1.
enum AuthgearAttributes {
    static let names: [String: any WritableKeyPath<ProfileAttributes, String?> & Sendable] = [
        "name": \.fullName, "given_name": \.givenName, "family_name": \.familyName, "preferred_username": \.userName,
    ]
    /// What follows from the others: shown, and never taken.
    static let derived: Set = ["updated_at", "email_verified", "phone_number_verified"]

    /// What is shown of a user.
    static func standard(of profile: Profile, _ pictures: AuthgearPictureNames) -> [String: JSONValue] {
        let attributes = profile.attributes
        var members: [String: JSONValue] = [
            "updated_at": .integer(Int64(profile.updatedAt.timeIntervalSince1970))
        ]
        for (claim, value) in attributes.claims { members[claim.rawValue] = value }
        for (name, path) in names { members[name] = attributes[keyPath: path].map(JSONValue.string) }
        if let email = attributes.email {
            members["email"] = .string(email.rawValue)
            members["email_verified"] = .boolean(attributes.isEmailVerified)
        }
        if attributes.claims[.phoneNumber] != nil {
            members["phone_number_verified"] = .boolean(attributes.isPhoneNumberVerified)
        }
        members["picture"] = pictures.shown(profile).map(JSONValue.string)
        return members
    }
}
