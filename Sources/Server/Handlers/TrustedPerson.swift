import ProfileImages

/// A person as systems that know the users see them, with what users may not read.
struct TrustedPerson: Encodable {
    private enum CodingKeys: CodingKey {
        case privateMetadata
    }

    private let person: Person
    private let privateMetadata: [String: JSONValue]

    init(_ profile: Profile, urls: PictureURLs) {
        person = Person(profile, urls: urls)
        privateMetadata = profile.attributes.privateMetadata
    }

    func encode(to encoder: any Encoder) throws {
        try person.encode(to: encoder)
        guard !privateMetadata.isEmpty else { return }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(privateMetadata, forKey: .privateMetadata)
    }
}
