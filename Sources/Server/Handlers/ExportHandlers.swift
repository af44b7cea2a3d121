import HTTPTypes
import ProfileImages

/// The resources `/me/export` and `/users/{id}/export`: data portability, as GDPR article 20 names it.
struct ExportHandlers: Sendable {
    let profiles: ProfileService
    let bulk: BulkService
    let media: MediaService
    let publicURL: PublicURL
    let urls: PictureURLs
    let places: ExportPlaces

    /// All that is kept of the user, as a tar archive.
    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        guard let profile = try profiles.profile(of: user) else { throw CodedError.noUser }
        let archive = PersonalArchive(
            profile: profile,
            person: Person(profile, urls: urls.below(try publicURL.base(for: request))),
            identities: try bulk.exportedUser(user)?.identities ?? [],
            media: media
        )
        let place = try places.take(user)
        try request.willTakeLong()
        let fields: HTTPFields = [
            .contentType: "application/x-tar",
            .contentDisposition: "attachment; filename=\"profile.tar\"",
            .cacheControl: "private, no-store",
        ]
        return Response(
            .ok,
            headerFields: fields,
            rest: BodyStream { write in
                try archive.send(to: write)
                extendLifetime(place)
            }
        )
    }
}
