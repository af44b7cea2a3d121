import Avatars
import HTTPTypes
import Imaging
import ProfileImages

/// The resources `/me/profileimage` and `/users/{id}/profileimage`.
struct ProfileImageHandlers: Sendable {
    let service: ProfileImageService
    let profiles: ProfileService
    let defaults: DefaultImageService
    let variants: VariantService
    let publicURL: PublicURL
    let uploads: UploadReader

    /// Answers with JSON, the image's bytes, or Base64 text, depending on `Accept`.
    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        let representation = Representation(accept: request.head.headerFields[.accept])
        guard let image = try service.image(of: user) else {
            guard representation == .image else { throw Problem.noImage }
            return try showDefault(of: user, to: request)
        }
        if EntityTag.of(image, as: representation).isNamed(by: request.head.headerFields[.ifNoneMatch]) {
            return Response(.notModified, headerFields: validators(of: image, as: representation))
        }
        return try represent(image, as: representation, for: request)
    }

    /// Like `get`, but Base64 text is the smallest variant.
    func getThumbnail(_ request: Request, by principal: Principal) throws -> Response {
        guard Representation(accept: request.head.headerFields[.accept]) == .text else {
            return try get(request, by: principal)
        }
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        guard let image = try service.image(of: user) else { throw Problem.noImage }
        let fields = validators(of: image, as: .text)
        if EntityTag.of(image, as: .text).isNamed(by: request.head.headerFields[.ifNoneMatch]) {
            return Response(.notModified, headerFields: fields)
        }
        try request.willTakeLong()
        guard let bytes = try variants.thumbnail(of: image) else { throw Problem.noImage }
        return .base64(bytes, headerFields: fields)
    }

    /// Sets the image to an uploaded picture, or to one of the user's stored images. Answers 201 for the first image,
    /// 200 for a replacement.
    func put(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.write, on: user)
        return try answer(request) {
            try replaceImage(of: user, by: request, principal.actor(in: request))
        }
    }

    /// Draws an image, and stores it like an upload.
    func postDefault(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.write, on: user)
        return try answer(request) {
            try service.checkPrecondition(request.precondition, for: user)
            return try service.replaceImage(
                of: user,
                with: defaults.newImage(of: user, name: profiles.profile(of: user)?.attributes.name),
                if: request.precondition,
                by: principal.actor(in: request)
            )
        }
    }

    /// Sets the image with an upload ticket.
    func put(_ request: Request, using upload: PresignedUpload) throws -> Response {
        try answer(request) {
            let actor = AuditActor(.presignedURL, name: upload.userID.rawValue, requestID: request.id)
            return try replaceImage(of: upload.userID, by: request, actor, using: upload)
        }
    }

    private func answer(_ request: Request, change: () throws -> ProfileImageService.Replacement) throws -> Response {
        let baseURL = try publicURL.base(for: request)
        let replacement = try change()
        return .json(
            ProfileImageResource(image: replacement.image, output: variants.output, baseURL: baseURL).json,
            status: replacement.isFirst ? .created : .ok,
            headerFields: validators(of: replacement.image, as: .json)
        )
    }

    /// Answers an image request for a user without an image.
    private func showDefault(of user: UserID, to request: Request) throws -> Response {
        var fields = Self.privately
        switch defaults.image.kind {
        case .none: throw Problem.noImage
        case .url(let url):
            fields[.location] = url
            return Response(.found, headerFields: fields)
        case .drawn(let style):
            let name = try profiles.profile(of: user)?.attributes.name
            let tag = EntityTag(digestOf: [style.rawValue, defaults.seed(of: user), name ?? ""])
            fields[.eTag] = tag.rawValue
            if tag.isNamed(by: request.head.headerFields[.ifNoneMatch]) {
                return Response(.notModified, headerFields: fields)
            }
            try request.willTakeLong()
            let picture = try defaults.picture(style, of: user, name: name)
            fields[.contentType] = picture.format.mediaType
            return Response(.ok, headerFields: fields, body: picture.bytes)
        }
    }

    /// Sets the image to a stored one: `{"mediaId": …}`.
    private func chooseImage(_ json: [UInt8], of user: UserID, by request: Request, _ actor: AuditActor) throws
        -> ProfileImageService.Replacement
    {
        guard json.count <= Request.maxJSONBytes else {
            throw CodedError.tooManyBytes(json.count, limit: Request.maxJSONBytes)
        }
        var body = try JSONObjectReader(json)
        let id = try body.mediaID("mediaId")
        try body.finish()
        guard let replacement = try service.chooseImage(id, of: user, if: request.precondition, by: actor) else {
            throw Problem.noMedia
        }
        return replacement
    }

    /// The content decides: a body with the media type JSON may be a picture.
    private func replaceImage(
        of user: UserID,
        by request: Request,
        _ actor: AuditActor,
        using presigned: PresignedUpload? = nil
    ) throws -> ProfileImageService.Replacement {
        try service.checkPrecondition(request.precondition, for: user)
        let (crop, rating) = (try request.crop(), try request.rating())
        return try uploads.upTo(presigned?.maxBytes).withPicture(of: request) { upload in
            if presigned == nil, request.declaresJSON, upload.bytes.beginsAsJSON {
                return try chooseImage(upload.bytes, of: user, by: request, actor)
            }
            return try service.replaceImage(
                of: user,
                with: NewImage(upload.bytes, crop: crop, name: upload.name, rating: rating),
                if: request.precondition,
                using: presigned,
                by: actor
            )
        }
    }

    /// Deletes the image. The files are deleted before the response. Answers 204 even if there is no image.
    func delete(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.write, on: user)
        try service.deleteImage(of: user, if: request.precondition, by: principal.actor(in: request))
        return Response(.noContent)
    }

    private func represent(_ image: ProfileImage, as representation: Representation, for request: Request) throws
        -> Response
    {
        var fields = validators(of: image, as: representation)
        switch representation {
        case .json:
            let resource = try ProfileImageResource(
                image: image,
                output: variants.output,
                baseURL: publicURL.base(for: request)
            )
            return .json(resource.json, headerFields: fields)
        case .image:
            fields[.contentType] = image.variant.format.mediaType
            return .delivery(service.delivery(of: image), headerFields: fields)
        case .text:
            guard let (image, bytes) = try service.imageWithBytes(of: image.userID) else { throw Problem.noImage }
            return .base64(bytes, headerFields: validators(of: image, as: .text))
        }
    }

    private func validators(of image: ProfileImage, as representation: Representation) -> HTTPFields {
        var fields = Self.privately
        fields[.eTag] = EntityTag.of(image, as: representation).rawValue
        return fields
    }

    private static let privately: HTTPFields = [.cacheControl: "private, no-cache", .vary: "Accept, Authorization"]
}

extension [UInt8] {
    /// Whether the bytes begin like a JSON text that is not a string. No picture begins so.
    fileprivate var beginsAsJSON: Bool {
        let start = first { !" \t\n\r".utf8.contains($0) }
        return start.map { "{[0123456789-tfn".utf8.contains($0) } ?? true
    }
}
