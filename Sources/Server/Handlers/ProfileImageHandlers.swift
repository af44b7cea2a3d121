import FoundationEssentials
import HTTPTypes
import Imaging
import ProfileImages

/// The resources `/me/profileimage` and `/users/{id}/profileimage`.
struct ProfileImageHandlers: Sendable {
    let service: ProfileImageService
    /// The variants that can be had of every image.
    let output: ImageOutput
    let publicURL: String?
    let maxBytes: Int
    /// What the bodies of uploads take until they are stored or refused.
    let memory: MemoryBudget

    /// Answers as JSON, as the image's bytes, or as Base64 text, whichever `Accept` asks for.
    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        let representation = Representation(accept: request.head.headerFields[.accept])
        guard let image = try service.image(of: user) else { throw Problem.noImage }
        if EntityTag.of(image, as: representation).isNamed(by: request.head.headerFields[.ifNoneMatch]) {
            return Response(.notModified, headerFields: validators(of: image, as: representation))
        }
        return try represent(image, as: representation, for: request)
    }

    /// Sets or replaces the image: 201 for the first, 200 for a replacement.
    func put(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.write, on: user)
        try service.checkPrecondition(request.precondition, for: user)
        let crop = try request.crop()
        let baseURL = try baseURL(for: request)
        request.willTakeLong()
        let replacement = try replaceImage(
            of: user,
            by: request,
            crop: crop,
            in: memory.reserve(request.announcedLength(upTo: maxBytes))
        )
        return try .json(
            ProfileImageResource(replacement.image, output: output, baseURL: baseURL),
            status: replacement.isFirst ? .created : .ok,
            headerFields: validators(of: replacement.image, as: .json)
        )
    }

    /// The body has `reserved` memory for as long as this takes.
    private func replaceImage(
        of user: UserID,
        by request: Request,
        crop: PixelRect?,
        in reserved: borrowing MemoryBudget.Reservation
    ) throws -> ProfileImageService.Replacement {
        try service.replaceImage(
            of: user,
            with: request.upload(upTo: maxBytes),
            crop: crop,
            if: request.precondition
        )
    }

    /// Deletes the image; the files are gone when it answers. 204 also when there was none.
    func delete(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.write, on: user)
        try service.deleteImage(of: user, if: request.precondition)
        return Response(.noContent)
    }

    private func represent(_ image: ProfileImage, as representation: Representation, for request: Request) throws
        -> Response
    {
        var fields = validators(of: image, as: representation)
        switch representation {
        case .json:
            let resource = try ProfileImageResource(image, output: output, baseURL: baseURL(for: request))
            return try .json(resource, headerFields: fields)
        case .image:
            // nginx sends the file: its internal location /_portraitd/ has the root of the public folder.
            fields[.contentType] = image.variant.format.mediaType
            fields[.xAccelRedirect] = image.key.publicPath.map { "/_portraitd\($0)" }
            return Response(.ok, headerFields: fields)
        case .text:
            guard let (image, bytes) = try service.imageWithBytes(of: image.userID) else { throw Problem.noImage }
            fields = validators(of: image, as: .text)
            fields[.contentType] = "text/plain; charset=us-ascii"
            return Response(.ok, headerFields: fields, body: Array(Data(bytes).base64EncodedData()))
        }
    }

    private func baseURL(for request: Request) throws(Problem) -> String {
        guard let baseURL = publicURL ?? request.origin else {
            throw .badRequest("The request has no valid Host header to make image URLs from.")
        }
        return baseURL
    }

    private func validators(of image: ProfileImage, as representation: Representation) -> HTTPFields {
        [
            .eTag: EntityTag.of(image, as: representation).rawValue,
            .cacheControl: "private, no-cache",
            .vary: "Accept, Authorization",
        ]
    }
}
