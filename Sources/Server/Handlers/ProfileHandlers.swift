import HTTPTypes
package import ProfileImages

/// The resources `/me`, `/users` and `/users/{id}`.
struct ProfileHandlers: Sendable {
    let service: ProfileService
    /// The attributes that users may change in their own profiles.
    let selfAttributes: Set<ProfileAttribute>
    let publicURL: PublicURL
    let urls: PictureURLs
    /// Returns the representation of a profile for a principal.
    var represent: @Sendable (Profile, PictureURLs, Principal) -> any Encodable = { profile, urls, principal in
        principal.isTrusted ? TrustedPerson(profile, urls: urls) : Person(profile, urls: urls)
    }

    private struct List: Encodable {
        let users: [TrustedPerson]
        /// The value of `cursor` for the next page; absent on the last page.
        let next: String?
    }

    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        guard let profile = try profile(of: user, for: principal, in: request) else { throw CodedError.noUser }
        return try answer(profile, to: request, for: principal)
    }

    /// Answers with a page of all users: `?search=words`, `?email=address`, `?limit=number`, `?cursor=…`.
    func list(_ request: Request, by principal: Principal) throws -> Response {
        try principal.authorizeAdministration()
        let page = try service.profiles(request.profileQuery())
        let urls = urls.below(try publicURL.base(for: request))
        return try .json(
            List(
                users: page.profiles.map { TrustedPerson($0, urls: urls) },
                next: page.next.map { String($0) }
            ),
            headerFields: CachePolicy.neverPrivate
        )
    }

    /// Sets all attributes that this principal may change, and removes those that the body does not name.
    func put(_ request: Request, by principal: Principal) throws -> Response {
        // A PUT by a trusted system creates the profile explicitly, whatever the setting says.
        try change(request, by: principal, creation: principal.isTrusted ? .onFirstUse : service.creation) {
            try $0.replace(principal.isTrusted ? Set(ProfileAttribute.allCases) : selfAttributes, by: $1)
        }
    }

    /// Changes the attributes that the body names: a JSON merge patch, RFC 7396.
    func patch(_ request: Request, by principal: Principal) throws -> Response {
        try change(request, by: principal, creation: service.creation) { try $0.set(by: $1) }
    }

    /// Erases the user, and answers with a receipt.
    func delete(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.write, on: user)
        let erasure = try service.erase(user, by: principal.actor(in: request))
        return try .json(ErasureReceipt(erasure), headerFields: CachePolicy.never)
    }

    private func change(
        _ request: Request,
        by principal: Principal,
        creation: ProfileCreation,
        set: (inout ProfileAttributes, JSONObjectReader) throws -> Void
    ) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.write, on: user)
        let body = try request.jsonObject()
        try authorize(body.names, for: principal)
        let (profile, isNew) = try service.update(
            user,
            creation: request.mustExist ? .explicit : creation,
            ifRevision: request.profileRevision,
            by: principal.actor(in: request)
        ) { attributes in
            try set(&attributes, body)
        }
        return try answer(profile, to: request, for: principal, status: isNew ? .created : .ok)
    }

    private func authorize(_ names: Set<String>, for principal: Principal) throws(Problem) {
        guard !principal.isTrusted else { return }
        let refused = names.compactMap(ProfileAttribute.init(rawValue:)).filter { !selfAttributes.contains($0) }
        guard let first = refused.map(\.rawValue).min() else { return }
        throw Problem(
            .forbidden,
            code: "forbidden",
            "Only an API key or the scope admin may change \"\(first)\".",
            allowed: selfAttributes.map(\.rawValue).sorted(),
            pointer: "/\(first)"
        )
    }

    private func profile(of user: UserID, for principal: Principal, in request: Request) throws -> Profile? {
        guard case .user(user, _, _) = principal, service.creation == .onFirstUse else {
            return try service.profile(of: user)
        }
        return try service.ownProfile(
            of: user,
            by: principal.actor(in: request),
            willWrite: request.willTakeLong
        )
    }

    private func answer(
        _ profile: Profile,
        to request: Request,
        for principal: Principal,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        var fields = CachePolicy.revalidated
        fields[.eTag] = EntityTag.of(profile).rawValue
        if request.head.method == .get || request.head.method == .head,
            EntityTag.of(profile).isNamed(by: request.head.headerFields[.ifNoneMatch])
        {
            return Response(.notModified, headerFields: fields)
        }
        let urls = urls.below(try publicURL.base(for: request))
        return try .json(represent(profile, urls, principal), status: status, headerFields: fields)
    }
}

/// A person with the private metadata, which only systems that manage users may read.
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

/// The receipt of an erasure as JSON.
package struct ErasureReceipt: Encodable {
    let userId: String
    let erasedAt: String
    let profile: Bool
    let media: [Erasure.Item]
    let records: [String: Int]
    let digest: String

    package init(_ erasure: Erasure) throws {
        userId = erasure.userId
        erasedAt = erasure.erasedAt.iso8601
        profile = erasure.profile
        media = erasure.media
        records = erasure.records
        digest = try erasure.digest()
    }
}
