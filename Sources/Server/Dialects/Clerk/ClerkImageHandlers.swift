import HTTPTypes
import ProfileImages

/// Clerk's `/v1/users/{id}/profile_image`.
struct ClerkImageHandlers: Sendable {
    let profiles: ProfileService
    let images: ProfileImageService
    let uploads: UploadReader
    let representation: ClerkRepresentation

    func post(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.clerkUser()
        try principal.authorize(.write, on: user)
        _ = try profiles.clerkProfile(of: user)
        try uploads.withClerkUpload(of: request) { picture in
            _ = try images.replaceImage(of: user, with: picture, if: .none, by: principal.actor(in: request))
        }
        return try answer(user, to: request)
    }

    func delete(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.clerkUser()
        try principal.authorize(.write, on: user)
        let profile = try profiles.clerkProfile(of: user)
        guard profile.image != nil || profile.attributes.picture != nil else { throw Problem.noImage }
        try images.deleteImage(of: user, if: .none, by: principal.actor(in: request))
        return try answer(user, to: request)
    }

    private func answer(_ user: UserID, to request: Request) throws -> Response {
        try .json(representation.user(profiles.clerkProfile(of: user), for: request))
    }
}
