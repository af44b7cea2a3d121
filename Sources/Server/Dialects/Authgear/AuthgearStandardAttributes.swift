import GraphQL
import ProfileImages

/// The standard attributes that a client sends; they replace all stored ones.
struct AuthgearStandardAttributes {
    private(set) var picture: AuthgearPicture?
    private var texts: [String: String] = [:]
    private var email: EmailAddress?
    private var claims: [StandardClaim: JSONValue] = [:]

    /// - Throws: `FieldError` with all faults.
    init(_ value: Value, _ pictures: AuthgearPictureNames) throws(FieldError) {
        var validation = AuthgearValidation()
        guard case .object(let members) = value else {
            validation.add("", "type", [("expected", .list([.string("object")]))])
            try validation.check()
            return
        }
        for member in members where !AuthgearAttributes.derived.contains(member.name) {
            read(member, pictures, &validation)
        }
        try validation.check()
    }

    /// Replaces all standard attributes. Omitted ones are removed, except the names that users sign in with: user name,
    /// email address and phone number.
    func apply(to attributes: inout ProfileAttributes) {
        for (name, path) in AuthgearAttributes.names {
            attributes[keyPath: path] = texts[name] ?? (name == "preferred_username" ? attributes.userName : nil)
        }
        attributes.email = email ?? attributes.email
        var claims = claims
        claims[.phoneNumber] = claims[.phoneNumber] ?? attributes.claims[.phoneNumber]
        attributes.claims = claims
        if case .elsewhere(let url) = picture { attributes.picture = url } else { attributes.picture = nil }
    }

    private mutating func read(
        _ member: Value.Member,
        _ pictures: AuthgearPictureNames,
        _ validation: inout AuthgearValidation
    ) {
        let place = "/\(member.name.replacing("~", with: "~0").replacing("/", with: "~1"))"
        if member.name == StandardClaim.address.rawValue {
            readAddress(member.value, place, &validation)
            return
        }
        let claim = StandardClaim(rawValue: member.name)
        let isName = AuthgearAttributes.names.keys.contains(member.name)
        guard isName || claim != nil || ["email", "picture"].contains(member.name) else {
            validation.add(place, "additionalProperties")
            return
        }
        let maxBytes = isName ? ProfileService.maxNameBytes : StandardClaim.maxBytes
        guard let text = Self.text(member.value, place, maxBytes: maxBytes, &validation) else { return }
        switch member.name {
        case "email":
            email = EmailAddress(rawValue: text)
            if email == nil { validation.addFormat(place, "email", "invalid email address") }
        case "picture":
            do throws(AuthgearPictureNames.Failure) {
                picture = try pictures.picture(text)
            } catch {
                validation.addFormat(place, "x_picture", error.reason)
            }
        default:
            if let claim {
                if let fault = claim.formatFault(in: text) { validation.addFormat(place, fault, "invalid \(fault)") }
                claims[claim] = .string(text)
            } else {
                texts[member.name] = text
            }
        }
    }

    private mutating func readAddress(_ value: Value, _ place: String, _ validation: inout AuthgearValidation) {
        guard case .object(let members) = value else {
            validation.add(place, "type", [("expected", .list([.string("object")]))])
            return
        }
        var texts: [String: JSONValue] = [:]
        for member in members {
            guard StandardClaim.addressMembers.contains(member.name) else {
                validation.add("\(place)/\(member.name)", "additionalProperties")
                continue
            }
            let text = Self.text(
                member.value,
                "\(place)/\(member.name)",
                maxBytes: StandardClaim.maxBytes,
                allowsLines: true,
                &validation
            )
            texts[member.name] = text.map(JSONValue.string)
        }
        claims[.address] = .object(texts)
    }

    /// Returns the text. Returns nil, and adds a fault, if it is not a string, empty, too long, or has control
    /// characters.
    private static func text(
        _ value: Value,
        _ place: String,
        maxBytes: Int,
        allowsLines: Bool = false,
        _ validation: inout AuthgearValidation
    ) -> String? {
        guard let text = value.text else {
            validation.add(place, "type", [("expected", .list([.string("string")]))])
            return nil
        }
        guard !text.isEmpty else {
            validation.add(place, "minLength", [("expected", .integer(1)), ("actual", .integer(0))])
            return nil
        }
        guard text.utf8.count <= maxBytes else {
            let details = [("expected", maxBytes), ("actual", text.utf8.count)]
            validation.add(place, "maxLength", details.map { ($0.0, .integer(Int64($0.1))) })
            return nil
        }
        let isForbidden = { (scalar: Unicode.Scalar) in
            scalar.properties.generalCategory == .control && !(allowsLines && (scalar == "\n" || scalar == "\r"))
        }
        guard !text.unicodeScalars.contains(where: isForbidden) else {
            validation.addFormat(place, "text", "control characters")
            return nil
        }
        return text
    }
}

extension AuthgearValidation {
    fileprivate mutating func addFormat(_ location: String, _ format: String, _ error: String) {
        add(location, "format", [("format", .string(format)), ("error", .string(error))])
    }
}

extension StandardClaim {
    /// Returns the format of this claim that `text` violates, OpenID Connect Core §5.1; nil if `text` is valid.
    fileprivate func formatFault(in text: String) -> String? {
        switch self {
        case .profile, .website: RemoteURL(rawValue: text) == nil ? "uri" : nil
        // E.164: a plus sign and up to 15 digits.
        case .phoneNumber: text.wholeMatch(of: /\+[0-9]{4,15}/) == nil ? "phone" : nil
        case .birthdate:
            text.wholeMatch(of: /[0-9]{4}(-[0-9]{2}-[0-9]{2})?|--[0-9]{2}-[0-9]{2}/) == nil ? "birthdate" : nil
        case .locale: text.wholeMatch(of: /[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*/) == nil ? "bcp47" : nil
        case .zoneinfo: text.wholeMatch(of: /[A-Za-z0-9_+\-]+(\/[A-Za-z0-9_+\-]+)*/) == nil ? "timezone" : nil
        case .middleName, .nickname, .gender, .address: nil
        }
    }
}
