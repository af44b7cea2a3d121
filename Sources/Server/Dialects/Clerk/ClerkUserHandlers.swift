import HTTPTypes
import ProfileImages

/// Clerk's `/v1/users` and `/v1/users/{id}`.
struct ClerkUserHandlers: Sendable {
    let profiles: ProfileService
    let images: ProfileImageService
    let representation: ClerkRepresentation

    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.clerkUser()
        try principal.authorize(.read, on: user)
        return try answer(profiles.clerkProfile(of: user), to: request)
    }

    func list(_ request: Request, by principal: Principal) throws -> Response {
        try principal.authorizeAdministration()
        let page = try profiles.profiles(request.clerkQuery())
        return try .json(page.profiles.map { try representation.user($0, for: request) })
    }

    func count(_ request: Request, by principal: Principal) throws -> Response {
        try principal.authorizeAdministration()
        let count = try profiles.count(request.clerkQuery())
        return try .json(["object": "total_count", "total_count": .integer(Int64(count))] as JSONValue)
    }

    /// Changes the members that the body names. `profile_image_id` selects an image of the user; null removes the
    /// image.
    func patch(_ request: Request, by principal: Principal) throws -> Response {
        try change(request, by: principal) { try ClerkUserPatch($0) }
    }

    func patchMetadata(_ request: Request, by principal: Principal) throws -> Response {
        try change(request, by: principal) { try ClerkUserPatch(metadata: $0) }
    }

    private func change(
        _ request: Request,
        by principal: Principal,
        parse: (JSONObjectReader) throws -> ClerkUserPatch
    ) throws -> Response {
        let user = try request.clerkUser()
        try principal.authorize(.write, on: user)
        let patch = try parse(request.jsonObject())
        let profile = try profiles.clerkProfile(of: user)
        let actor = principal.actor(in: request)
        switch patch.image {
        case nil: break
        case .some(.none) where profile.image == nil && profile.attributes.picture == nil: break
        case .some(.none): try images.deleteImage(of: user, if: .none, by: actor)
        case .some(.some(let id)):
            guard try images.chooseImage(id, of: user, if: .none, by: actor) != nil else { throw Problem.noMedia }
        }
        let changed = try profiles.update(user, creation: .explicit, by: actor, patch.apply)
        return try answer(changed.profile, to: request)
    }

    private func answer(_ profile: Profile, to request: Request) throws -> Response {
        try .json(representation.user(profile, for: request))
    }
}

extension ProfileService {
    /// - Throws: a problem with status 404 if the user has no profile, or an error of the metadata store.
    func clerkProfile(of user: UserID) throws -> Profile {
        guard let profile = try profile(of: user) else {
            throw Problem(.notFound, clerk: .resourceNotFound, "No user was found with id \(user.rawValue).")
        }
        return profile
    }
}

extension Request {
    /// The user in the path: `/v1/users/{id}…`.
    /// - Throws: a problem with status 404 if it is not a valid identifier.
    func clerkUser() throws(Problem) -> UserID {
        let name = parameters["id"] ?? ""
        guard let user = UserID(rawValue: name) else {
            throw Problem(.notFound, clerk: .resourceNotFound, "No user was found with id \(name).")
        }
        return user
    }
}

extension Request {
    private static let clerkPage = 10
    private static let maxClerkPage = 500

    /// The filter, the order and the page of `GET /v1/users`.
    /// - Throws: a problem with status 422 for an invalid value or an unknown filter: all users would be a wrong
    ///   answer.
    func clerkQuery() throws(Problem) -> ProfileQuery {
        var query = ProfileQuery(limit: Self.clerkPage)
        query.isNewestFirst = true
        for item in target?.query ?? [] where !item.name.hasPrefix("_") {
            switch item.name.hasSuffix("[]") ? String(item.name.dropLast(2)) : item.name {
            case "limit": query.limit = try number(item, in: 1...Self.maxClerkPage)
            case "offset": query.offset = try number(item, in: 0...Int(Int32.max))
            case "order_by": query.isNewestFirst = try isNewestFirst(item)
            case "query" where !item.value.allSatisfy(\.isWhitespace): query.words = item.value
            case "query": break
            case "user_id": query.users = (query.users ?? []) + (UserID(rawValue: item.value).map { [$0] } ?? [])
            case "email_address":
                query.emails = (query.emails ?? []) + (EmailAddress(rawValue: item.value).map { [$0] } ?? [])
            default:
                throw Problem(
                    .unprocessableContent,
                    clerk: .parameterUnknown,
                    "\(item.name) is not a valid parameter for this request.",
                    parameter: item.name
                )
            }
        }
        return query
    }

    private func number(_ item: RequestTarget.QueryItem, in range: ClosedRange<Int>) throws(Problem) -> Int {
        if let number = Int(item.value), range.contains(number) { return number }
        throw invalid(item, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    private func isNewestFirst(_ item: RequestTarget.QueryItem) throws(Problem) -> Bool {
        switch item.value {
        case "created_at", "+created_at", " created_at": false
        case "-created_at": true
        default: throw invalid(item, "created_at, +created_at or -created_at")
        }
    }

    private func invalid(_ item: RequestTarget.QueryItem, _ expectation: String) -> Problem {
        Problem(
            .unprocessableContent,
            clerk: .parameterInvalid,
            "\(item.name) must be \(expectation).",
            parameter: item.name
        )
    }
}
