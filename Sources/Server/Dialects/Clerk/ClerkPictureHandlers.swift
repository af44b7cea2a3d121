import Avatars
import HTTPTypes
import Imaging
import ProfileImages

/// The pictures at the root of the path, in the size that the query asks for.
struct ClerkPictureHandlers: Sendable {
    let variants: VariantService
    let defaults: DefaultImageService
    /// What is drawn at the same time for requests without a credential.
    let drawing: MemoryBudget
    /// How many seconds an answer may be old, in all caches together.
    let maxAge: Int

    func get(_ request: Request) throws -> Response {
        guard let url = request.parameters["picture"].flatMap(ClerkImageURL.init) else { throw Problem.noImage }
        switch url {
        case .image(let id): return try show(id, to: request)
        case .drawn(let initials, let seed): return try draw(Initials(text: initials), seed: seed, for: request)
        }
    }

    private func show(_ id: MediaID, to request: Request) throws -> Response {
        guard let image = try variants.image(id) else { throw Problem.noImage }
        let size = ClerkPictureSize(request, side: image.variant.side)
        let format: ImageFormat = image.masterFormat == .png ? .png : .jpeg
        return try answer(request, tag: [id.rawValue], size, format) {
            size.isSquare && size.quality == nil
                ? try variants.picture(of: image, side: size.width, format: format)
                : try variants.picture(
                    of: image,
                    width: size.width,
                    height: size.height,
                    format: format,
                    quality: size.quality
                )
        }
    }

    private func draw(_ initials: Initials, seed: String, for request: Request) throws -> Response {
        let style: AvatarStyle = if case .drawn(let style) = defaults.image.kind { style } else { .initials }
        let size = ClerkPictureSize(request, side: defaults.image.side)
        return try answer(request, tag: [style.rawValue, seed, initials.text], size, .png) {
            let side = max(size.width, size.height)
            let square = try defaults.picture(style, initials: initials, seed: seed, side: side, format: .png).bytes
            guard !size.isSquare else { return square }
            return try variants.cut(square, width: size.width, height: size.height, format: .png, quality: nil)
        }
    }

    /// - Parameter parts: what the picture is made of; the same give the same picture.
    private func answer(
        _ request: Request,
        tag parts: [String],
        _ size: ClerkPictureSize,
        _ format: ImageFormat,
        bytes: () throws -> [UInt8]?
    ) throws -> Response {
        // nginx keeps an answer for a fifth of the time, and a client for the rest.
        var fields: HTTPFields = [
            .cacheControl: "public, max-age=\(maxAge - maxAge / 5)", .xAccelExpires: String(maxAge / 5),
        ]
        let tag = EntityTag(
            digestOf: parts + [String(size.width), String(size.height), String(size.quality ?? 0), format.rawValue]
        )
        fields[.eTag] = tag.rawValue
        if tag.isNamed(by: request.head.headerFields[.ifNoneMatch]) {
            return Response(.notModified, headerFields: fields)
        }
        try request.willTakeLong()
        let needed = GDImage.memory(side: max(size.width, size.height), encodingAs: format)
        guard let bytes = try drawing.holding(needed, bytes) else { throw Problem.noImage }
        fields[.contentType] = format.mediaType
        return Response(.ok, headerFields: fields, body: bytes)
    }
}
