import Avatars
import HTTPTypes
import Imaging
import ProfileImages

/// The resource `/{picture}`: a picture in the size that the query names.
struct ClerkPictureHandlers: Sendable {
    let variants: VariantService
    let defaults: DefaultImageService
    /// The memory for pictures that are drawn at the same time for requests without a credential.
    let drawing: MemoryBudget
    /// The greatest age of a response in seconds, in all caches together.
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

    /// - Parameter parts: the inputs of the picture beside size and format; equal inputs give the same picture.
    private func answer(
        _ request: Request,
        tag parts: [String],
        _ size: ClerkPictureSize,
        _ format: ImageFormat,
        bytes: () throws -> [UInt8]?
    ) throws -> Response {
        var fields = CachePolicy.drawn(maxAge: maxAge)
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

/// The requested size and quality of a picture: `?width`, `?height`, `?fit` and `?quality`. Invalid values are ignored.
/// No picture is enlarged.
struct ClerkPictureSize: Equatable {
    let width: Int
    let height: Int
    /// Nil means the default quality.
    let quality: Int?

    var isSquare: Bool { width == height }

    /// - Parameter side: the side of the original picture, a square, in pixels.
    init(_ request: Request, side: Int) {
        let box = (Self.number("width", of: request, side), Self.number("height", of: request, side))
        quality = request.query("quality").flatMap { Int($0) }
            .flatMap { ImageEncoding.qualityRange.contains($0) ? $0 : nil }
        switch (request.query("fit"), box) {
        case ("crop", (let width?, let height?)): (self.width, self.height) = (width, height)
        case (_, (let width, let height)):
            let side = min(width ?? side, height ?? side, side)
            (self.width, self.height) = (side, side)
        }
    }

    private static func number(_ name: String, of request: Request, _ limit: Int) -> Int? {
        request.query(name).flatMap { Int($0) }.flatMap { $0 >= 1 ? min($0, limit) : nil }
    }
}
