/// The claims of OpenID Connect Core §5.1 that no other attribute of a profile holds, by their names there.
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

    /// The longest text, in UTF-8 bytes.
    package static let maxBytes = 2048
    /// The members that an address may have, §5.1.1.
    package static let addressMembers: Set = [
        "formatted", "street_address", "locality", "region", "postal_code", "country",
    ]

    /// Whether `value` is one that this claim can have: a text; of an address an object of texts.
    func accepts(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.address, .object(let members)):
            members.allSatisfy { Self.addressMembers.contains($0.key) && Self.isText($0.value, allowsLines: true) }
        case (.address, _): false
        default: Self.isText(value, allowsLines: false)
        }
    }

    /// §5.1.1: the lines of an address are parted by line feeds, with carriage returns or without.
    private static func isText(_ value: JSONValue, allowsLines: Bool) -> Bool {
        guard case .string(let text) = value else { return false }
        return text.utf8.count <= maxBytes
            && text.unicodeScalars.allSatisfy {
                $0.properties.generalCategory != .control || (allowsLines && ($0 == "\n" || $0 == "\r"))
            }
    }
}
