import HTTPTypes
import ProfileImages

/// Clerk's `/v1/me/profile_image`, for browsers and phones.
struct ClerkOwnImageHandlers: Sendable {
    let profiles: ProfileService
    let images: ProfileImageService
    let uploads: UploadReader
    let representation: ClerkRepresentation

    /// clerk-js sends every request by GET or POST, and says in the query what it means.
    func post(_ request: Request, by principal: Principal) throws -> Response {
        if request.query("_method")?.uppercased() == "DELETE" { return try delete(request, by: principal) }
        let user = try principal.me()
        try principal.authorize(.write, on: user)
        let (image, name) = try uploads.withClerkUpload(of: request, takesText: true) { picture in
            let actor = principal.actor(in: request)
            return (try images.replaceImage(of: user, with: picture, if: .none, by: actor).image, picture.name)
        }
        return try answer([
            "object": "image",
            "id": .string(ClerkRepresentation.imageID(image.id)),
            "name": .string(name),
            "public_url": .string(ClerkImageURL.of(image, base: try representation.publicURL.base(for: request))),
        ])
    }

    func delete(_ request: Request, by principal: Principal) throws -> Response {
        let user = try principal.me()
        try principal.authorize(.write, on: user)
        let profile = try profiles.profile(of: user)
        let image = profile?.image?.id
        guard image != nil || profile?.attributes.picture != nil else { throw Problem.noImage }
        try images.deleteImage(of: user, if: .none, by: principal.actor(in: request))
        return try answer([
            "object": "image", "id": .text(image.map(ClerkRepresentation.imageID)), "deleted": true,
        ])
    }

    private func answer(_ image: JSONValue) throws -> Response {
        try .json(["response": image, "client": .null] as JSONValue)
    }
}
