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

    /// Changes what the body names; an image is chosen by its identifier, or taken away by null.
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
    /// - Throws: a problem with status 404, or what the store throws.
    func clerkProfile(of user: UserID) throws -> Profile {
        guard let profile = try profile(of: user) else {
            throw Problem(.notFound, clerk: .resourceNotFound, "No user was found with id \(user.rawValue).")
        }
        return profile
    }
}

extension Request {
    /// The user in the path: `/v1/users/{id}…`.
    /// - Throws: a problem with status 404 if it cannot be an identifier.
    func clerkUser() throws(Problem) -> UserID {
        let name = parameters["id"] ?? ""
        guard let user = UserID(rawValue: name) else {
            throw Problem(.notFound, clerk: .resourceNotFound, "No user was found with id \(name).")
        }
        return user
    }
}
