import HTTPTypes
import Imaging
import ProfileImages

/// The resources `/media…` and `/users/{id}/media…`: what a user has uploaded.
struct MediaHandlers: Sendable {
    let service: MediaService
    let images: ProfileImageService
    let variants: VariantService
    let publicURL: PublicURL
    let pictures: UploadReader
    let documents: UploadReader

    /// The user's media, newest first. `Link` leads to the next page.
    func list(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        let (limit, after) = (try request.pageLimit(), try request.mediaCursor())
        let items = try service.media(of: user, after: after, limit: limit + 1)
        let collection = try publicURL.base(for: request) + request.mediaPath
        var fields = Self.privately
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

    /// Adds an item: a picture becomes the current one, anything else is kept as it is.
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
            headerFields: Self.privately
        )
    }

    func get(_ request: Request, by principal: Principal) throws -> Response {
        let item = try item(request, by: principal)
        let baseURL = try publicURL.base(for: request)
        return try .json(
            MediaResource(item, collection: baseURL + request.mediaPath, baseURL: baseURL),
            headerFields: Self.privately
        )
    }

    /// 204 when it is gone; 404 when there was none.
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
        return .base64(bytes, headerFields: Self.privately)
    }

    /// The smallest variant of an image. Of a document there is none.
    func getThumbnail(_ request: Request, by principal: Principal) throws -> Response {
        guard case .image(let image) = try item(request, by: principal).content else {
            throw Problem(.notFound, code: "no-thumbnail", "A document has no thumbnail.")
        }
        try request.willTakeLong()
        guard let bytes = try variants.thumbnail(of: image) else { throw Problem.noMedia }
        return .base64(bytes, headerFields: Self.privately)
    }

    /// The file, for the browser to save. nginx sends it.
    func download(_ request: Request, by principal: Principal) throws -> Response {
        let item = try item(request, by: principal)
        var fields = Self.privately
        fields[.contentType] = "application/octet-stream"
        fields[.contentDisposition] = item.attachment
        return .delivery(service.delivery(of: item), headerFields: fields)
    }

    private static let privately: HTTPFields = [.cacheControl: "private, no-cache", .vary: "Authorization"]

    private func item(_ request: Request, by principal: Principal) throws -> MediaItem {
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        guard let id = request.mediaID, let item = try service.item(id, of: user) else { throw Problem.noMedia }
        return item
    }

    /// What it is may stand in the form: the larger limit holds until that is read.
    private func reader(for type: AdditionalType?) -> UploadReader {
        switch type {
        case .profileImage: pictures
        case nil: pictures.maxBytes > documents.maxBytes ? pictures : documents
        default: documents
        }
    }

    private func add(_ upload: Upload, as type: AdditionalType, of user: UserID, by actor: Actor) throws -> MediaItem {
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
        // As it was stored: it may have been replaced again by now.
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
