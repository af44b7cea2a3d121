import HTTPTypes
import Imaging
import ProfileImages

/// The resources `/media…` and `/users/{id}/media…`: the media items of a user.
struct MediaHandlers: Sendable {
    let service: MediaService
    let images: ProfileImageService
    let variants: VariantService
    let publicURL: PublicURL
    let pictures: UploadReader
    let documents: UploadReader

    /// Answers with the user's media items, newest first. `Link` points to the next page.
    func list(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        let (limit, after) = (try request.pageLimit(), try request.mediaCursor())
        let items = try service.media(of: user, after: after, limit: limit + 1)
        let collection = try publicURL.base(for: request) + request.mediaPath
        var fields = CachePolicy.revalidated
        if items.count > limit {
            // RFC 8288 §3.
            fields[.link] = "<\(collection)?limit=\(limit)&after=\(items[limit - 1].id.rawValue)>; rel=\"next\""
        }
        return try .json(
            items.prefix(limit).map {
                MediaResource($0, collection: collection, baseURL: try publicURL.base(for: request))
            },
            headerFields: fields
        )
    }

    /// Adds a media item: a picture becomes the current image; a document is stored unchanged.
    func post(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.write, on: user)
        let baseURL = try publicURL.base(for: request)
        let asked = try request.query(ignoringCaseOf: "additionaltype").map(AdditionalType.init(asked:))
        let actor = principal.actor(in: request)
        let item =
            if asked == .profileImage {
                try pictures.withPicture(of: request) { try add($0, as: .profileImage, of: user, by: actor) }
            } else {
                try reader(for: asked).withUpload(of: request) { upload in
                    let type = try asked ?? AdditionalType(asked: upload.fields["additionaltype"])
                    return try add(upload, as: type, of: user, by: actor)
                }
            }
        return try .json(
            MediaResource(item, collection: baseURL + request.mediaPath, baseURL: baseURL),
            headerFields: CachePolicy.revalidated
        )
    }

    func get(_ request: Request, by principal: Principal) throws -> Response {
        let item = try item(request, by: principal)
        let baseURL = try publicURL.base(for: request)
        return try .json(
            MediaResource(item, collection: baseURL + request.mediaPath, baseURL: baseURL),
            headerFields: CachePolicy.revalidated
        )
    }

    /// Answers 204 after the removal, and 404 if the item does not exist.
    func delete(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.write, on: user)
        guard let id = request.mediaID, try service.remove(id, of: user, by: principal.actor(in: request)) else {
            throw Problem.noMedia
        }
        return Response(.noContent)
    }

    func getBase64(_ request: Request, by principal: Principal) throws -> Response {
        guard let bytes = try service.bytes(of: item(request, by: principal)) else { throw Problem.noMedia }
        return .base64(bytes, headerFields: CachePolicy.revalidated)
    }

    /// Answers with the smallest variant of an image. Documents have none.
    func getThumbnail(_ request: Request, by principal: Principal) throws -> Response {
        guard case .image(let image) = try item(request, by: principal).content else {
            throw Problem(.notFound, code: "no-thumbnail", "A document has no thumbnail.")
        }
        try request.willTakeLong()
        guard let bytes = try variants.thumbnail(of: image) else { throw Problem.noMedia }
        return .base64(bytes, headerFields: CachePolicy.revalidated)
    }

    /// Answers with the file as an attachment; nginx sends it.
    func download(_ request: Request, by principal: Principal) throws -> Response {
        let item = try item(request, by: principal)
        var fields = CachePolicy.revalidated
        fields[.contentType] = "application/octet-stream"
        fields[.contentDisposition] = item.attachment
        return .delivery(service.delivery(of: item), headerFields: fields)
    }

    private func item(_ request: Request, by principal: Principal) throws -> MediaItem {
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        guard let id = request.mediaID, let item = try service.item(id, of: user) else { throw Problem.noMedia }
        return item
    }

    /// Without a type in the query, the form may contain it. Until the form is read the larger limit holds.
    private func reader(for type: AdditionalType?) -> UploadReader {
        switch type {
        case .profileImage: pictures
        case nil: pictures.maxBytes > documents.maxBytes ? pictures : documents
        default: documents
        }
    }

    private func add(_ upload: Upload, as type: AdditionalType, of user: UserID, by actor: AuditActor) throws
        -> MediaItem
    {
        let name = upload.givenName
        guard type == .profileImage else {
            guard upload.bytes.count <= documents.maxBytes else {
                throw CodedError.tooManyBytes(upload.bytes.count, limit: documents.maxBytes)
            }
            return try service.addDocument(
                upload.bytes,
                of: user,
                type: type,
                name: name,
                mediaType: upload.mediaType,
                by: actor
            )
        }
        let image = try images.replaceImage(of: user, with: NewImage(upload.bytes, name: name), if: .none, by: actor)
            .image
        // The item is built from the stored image, because another request may have replaced it already.
        return MediaItem(
            id: image.id,
            userID: user,
            additionalType: type,
            name: name,
            content: .image(image),
            isActive: true,
            createdAt: image.createdAt
        )
    }
}

extension Request {
    /// The path of the media list, as the client wrote it: `/media`, or `/users/{id}/media`.
    var mediaPath: String {
        path(through: "media")
    }

    /// The identifier in `…/media/{media}`; nil if it is malformed.
    var mediaID: MediaID? {
        parameters["media"].flatMap(MediaID.init(rawValue:))
    }

    /// The last item of the previous page: `?after=`.
    /// - Throws: a `CodedError` that is answered 400.
    func mediaCursor() throws(CodedError) -> MediaID? {
        guard let text = query("after") else { return nil }
        guard let id = MediaID(rawValue: text) else {
            throw .badParameter("after", "is the identifier of a media item")
        }
        return id
    }

    /// Returns the value of the first query item with this name, ignoring case. `name` is in lower case.
    func query(ignoringCaseOf name: String) -> String? {
        target?.query.first { $0.name.lowercased() == name }?.value
    }
}

extension Upload {
    /// The name of the new item: the form's field `name`, or the file name.
    var givenName: String {
        guard let field = fields["name"], field.utf8.count <= Self.maxNameBytes,
            !field.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return name }
        return field
    }
}

extension AdditionalType {
    /// - Throws: a problem with status 400.
    init(asked text: String?) throws(Problem) {
        guard let text else {
            throw .badRequest("AdditionalType is missing: send ?AdditionalType=ProfileImage, or a form field.")
        }
        guard let type = Self(rawValue: text) else {
            throw Problem(
                .badRequest,
                code: "bad-additional-type",
                "AdditionalType is ProfileImage in exactly this spelling, or another word of up to \(Self.maxBytes) ASCII "
                    + "letters, digits, hyphens and underscores for a document.",
                found: text
            )
        }
        self = type
    }
}
