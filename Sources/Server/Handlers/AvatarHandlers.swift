import Avatars
import HTTPTypes
import Imaging
import ProfileImages

/// The resource `/avatar/{name}`: pictures at the URLs of Gravatar and Libravatar.
struct AvatarHandlers: Sendable {
    let avatars: AvatarService
    let variants: VariantService
    let defaults: DefaultImageService
    /// The hosts to which a response may redirect.
    let redirectHosts: Set<String>
    /// The memory for drawing pictures for requests without a credential.
    let drawing: MemoryBudget
    /// The maximum age of a response in seconds, over all caches together.
    let maxAge: Int

    func get(_ request: Request) throws -> Response {
        let query = AvatarQuery(request)
        guard !query.isForced, let image = try avatars.image(query.name, upTo: query.rating) else {
            return try fallback(query, for: request)
        }
        let format = query.format ?? (image.masterFormat == .png ? .png : .jpeg)
        return try answer(request, tag: [image.id.rawValue], query.side, format) {
            try variants.picture(of: image, side: query.side, format: format)
        }
    }

    private func fallback(_ query: AvatarQuery, for request: Request) throws -> Response {
        switch query.fallback {
        case .notFound: throw noAvatar
        case .drawn(let style): return try draw(style, query, for: request)
        case .redirect(let url) where redirectHosts.contains(url.host): return redirect(to: url.rawValue)
        case .redirect(let url) where url.initials != nil:
            return try draw(.initials, query, initials: url.initials, for: request)
        case .redirect, nil:
            switch defaults.image.kind {
            // Clients of Gravatar expect a picture, unless the URL says `d=404`.
            case .none: return try draw(.mysteryPerson, query, for: request)
            case .url(let url): return redirect(to: url)
            case .drawn(let style): return try draw(style, query, for: request)
            }
        }
    }

    private func draw(
        _ style: AvatarStyle,
        _ query: AvatarQuery,
        initials: Initials? = nil,
        for request: Request
    ) throws -> Response {
        let initials = try initials ?? query.initials ?? Initials(of: avatars.displayName(query.name) ?? "")
        let seed = avatars.seed(query.name)
        let format = query.format ?? .png
        return try answer(request, tag: [style.rawValue, seed, initials.text], query.side, format) {
            try defaults.picture(style, initials: initials, seed: seed, side: query.side, format: format).bytes
        }
    }

    /// - Parameter tag: the inputs of the picture; the same inputs give the same picture.
    private func answer(
        _ request: Request,
        tag parts: [String],
        _ side: Int,
        _ format: ImageFormat,
        bytes: () throws -> [UInt8]?
    ) throws -> Response {
        var fields = caching
        let tag = EntityTag(digestOf: parts + [String(side), format.rawValue])
        fields[.eTag] = tag.rawValue
        if tag.isNamed(by: request.head.headerFields[.ifNoneMatch]) {
            return Response(.notModified, headerFields: fields)
        }
        try request.willTakeLong()
        guard let bytes = try drawing.holding(GDImage.memory(side: side, encodingAs: format), bytes) else {
            throw noAvatar
        }
        fields[.contentType] = format.mediaType
        return Response(.ok, headerFields: fields, body: bytes)
    }

    private func redirect(to url: String) -> Response {
        var fields = caching
        fields[.location] = url
        return Response(.found, headerFields: fields)
    }

    private var caching: HTTPFields {
        CachePolicy.drawn(maxAge: maxAge)
    }

    private var noAvatar: Problem {
        Problem(
            .notFound,
            code: "no-avatar",
            "There is no picture with this name, and the URL asks for no replacement.",
            headerFields: caching
        )
    }
}
