import Avatars
import FoundationEssentials
import ProfileImages

/// Clerk's `User` object with all keys that Clerk's SDKs require; null if portraitd has no value.
struct ClerkUser {
    let profile: Profile
    /// Stands for the user in the identifiers of email addresses, phone numbers and accounts.
    let pseudonym: String
    let identities: [Identity]
    let imageURL: String

    var json: JSONValue {
        [
            "id": .string(profile.userID.rawValue),
            "object": "user",
            "external_id": .null,
            "primary_email_address_id": attributes.email == nil ? .null : .string(emailID),
            "primary_phone_number_id": phoneNumber == nil ? .null : .string(phoneID),
            "primary_web3_wallet_id": .null,
            "username": .text(attributes.userName),
            "first_name": .text(attributes.givenName),
            "last_name": .text(attributes.familyName),
            "locale": attributes.claims[.locale] ?? .null,
            "image_url": .string(imageURL),
            "profile_image_url": .string(imageURL),
            "has_image": .boolean(hasImage),
            "public_metadata": .object(attributes.publicMetadata),
            "private_metadata": .object(attributes.privateMetadata),
            "unsafe_metadata": .object(attributes.metadata),
            "email_addresses": .array(attributes.email.map { [emailAddress($0)] } ?? []),
            "phone_numbers": .array(phoneNumber.map { [self.phoneNumber($0)] } ?? []),
            "web3_wallets": [],
            "passkeys": [],
            "external_accounts": .array(identities.map(externalAccount)),
            "saml_accounts": [],
            "enterprise_accounts": [],
            "password_enabled": false,
            "two_factor_enabled": false,
            "totp_enabled": false,
            "backup_code_enabled": false,
            "mfa_enabled_at": .null,
            "mfa_disabled_at": .null,
            "last_sign_in_at": .milliseconds(identities.map(\.updatedAt).max()),
            "last_active_at": .null,
            "legal_accepted_at": .null,
            "banned": false,
            "locked": false,
            "lockout_expires_in_seconds": .null,
            "verification_attempts_remaining": .null,
            "delete_self_enabled": true,
            "create_organization_enabled": false,
            "created_at": .milliseconds(profile.createdAt),
            "updated_at": .milliseconds(profile.updatedAt),
        ]
    }

    private var attributes: ProfileAttributes { profile.attributes }

    /// False for an image that portraitd generated.
    private var hasImage: Bool {
        attributes.picture != nil || profile.image.map { $0.source != .generated } == true
    }

    private var phoneNumber: String? {
        guard case .string(let number) = attributes.claims[.phoneNumber] else { return nil }
        return number
    }

    private var emailID: String { "idn_email_\(pseudonym)" }
    private var phoneID: String { "idn_phone_\(pseudonym)" }

    private func emailAddress(_ address: EmailAddress) -> JSONValue {
        [
            "id": .string(emailID),
            "object": "email_address",
            "email_address": .string(address.rawValue),
            "reserved": false,
            "verification": attributes.isEmailVerified ? Self.verification : .null,
            "linked_to": [],
            "created_at": .milliseconds(profile.createdAt),
            "updated_at": .milliseconds(profile.updatedAt),
        ]
    }

    private func phoneNumber(_ number: String) -> JSONValue {
        [
            "id": .string(phoneID),
            "object": "phone_number",
            "phone_number": .string(number),
            "reserved": false,
            "reserved_for_second_factor": false,
            "default_second_factor": false,
            "verification": attributes.isPhoneNumberVerified ? Self.verification : .null,
            "linked_to": [],
            "created_at": .milliseconds(profile.createdAt),
            "updated_at": .milliseconds(profile.updatedAt),
        ]
    }

    private func externalAccount(_ identity: Identity) -> JSONValue {
        let id = "\(identity.connection.rawValue)_\(pseudonym)"
        return [
            "id": .string("eac_\(id)"),
            "object": "external_account",
            "provider": .string("oauth_\(identity.connection.rawValue)"),
            "identification_id": .string("idn_\(id)"),
            "provider_user_id": .string(profile.userID.rawValue),
            "approved_scopes": "",
            "email_address": .string(identity.email?.rawValue ?? ""),
            "first_name": .string(identity.givenName ?? ""),
            "last_name": .string(identity.familyName ?? ""),
            "username": .text(identity.nickname),
            "image_url": .string(identity.pictureURL?.rawValue ?? ""),
            "public_metadata": [:],
            "verification": .null,
            "created_at": .milliseconds(identity.updatedAt),
            "updated_at": .milliseconds(identity.updatedAt),
        ]
    }

    private static let verification: JSONValue = [
        "object": "verification_admin", "status": "verified", "strategy": "admin", "attempts": .null,
        "expire_at": .null,
    ]
}

/// Makes Clerk's `User` objects from profiles.
struct ClerkRepresentation: Sendable {
    let publicURL: PublicURL
    let defaultImage: DefaultImage
    let pseudonyms: Pseudonyms
    let identities: IdentityService

    /// - Throws: `Problem`, or an error of the metadata store.
    func user(_ profile: Profile, for request: Request) throws -> JSONValue {
        ClerkUser(
            profile: profile,
            pseudonym: pseudonyms.seed(of: profile.userID),
            identities: try identities.identities(of: profile.userID),
            imageURL: try imageURL(of: profile, for: request)
        ).json
    }

    /// The identifier of an image in Clerk's form.
    static func imageID(_ id: MediaID) -> String {
        "img_\(id.rawValue)"
    }

    /// The URL of the user's picture. portraitd's URLs have no query, so that clients can add one; a remote picture
    /// keeps its URL.
    func imageURL(of profile: Profile, for request: Request) throws -> String {
        let base = try publicURL.base(for: request)
        if let picture = profile.attributes.picture { return picture.rawValue }
        if let image = profile.image { return ClerkImageURL.of(image, base: base) }
        if case .url(let url) = defaultImage.kind { return url }
        let initials = Initials(of: profile.attributes.name ?? profile.attributes.email?.rawValue ?? "").text
        return ClerkImageURL.ofNobody(initials: initials, seed: pseudonyms.seed(of: profile.userID), base: base)
    }
}
