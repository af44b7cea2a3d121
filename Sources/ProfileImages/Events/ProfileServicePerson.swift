/// A profile as the Profile Service shows it: a person, with what else is known of them under schema.org's names.
package struct ProfileServicePerson: Encodable, Equatable, Sendable {
    private enum CodingKeys: CodingKey {
        case additionalName, alternateName, birthDate, gender, preferredLanguage, telephone, hasVerifiedEmail
    }

    private static let claims: [(CodingKeys, StandardClaim)] = [
        (.additionalName, .middleName), (.alternateName, .nickname), (.birthDate, .birthdate), (.gender, .gender),
        (.preferredLanguage, .locale), (.telephone, .phoneNumber),
    ]

    private let person: Person

    package init(_ profile: Profile, urls: PictureURLs) {
        person = Person(profile, urls: urls)
    }

    package func encode(to encoder: any Encoder) throws {
        try person.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        for (name, claim) in Self.claims { try container.encodeIfPresent(person.claims?[claim], forKey: name) }
        try container.encode(person.emailVerified ?? false, forKey: .hasVerifiedEmail)
    }
}
