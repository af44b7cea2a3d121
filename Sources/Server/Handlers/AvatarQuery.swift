import Avatars
import Imaging
import ProfileImages

/// What a URL of Gravatar's or Libravatar's form asks for: docs.gravatar.com/sdk/images, wiki.libravatar.org/api.
///
/// Both answer what they do not understand as if it were not there, and so does this.
struct AvatarQuery: Equatable {
    /// What to show of somebody without an image.
    enum Fallback: Equatable {
        case notFound
        case drawn(AvatarStyle)
        case redirect(RedirectURL)
    }

    static let defaultSide = 80

    /// A digest of an e-mail address, or a user's identifier.
    let name: String
    /// The one that the name's extension says; nil without one, or with that of a format that is not written.
    let format: ImageFormat?
    let side: Int
    let fallback: Fallback?
    /// Whether the fallback is shown even of somebody with an image.
    let isForced: Bool
    let rating: ImageRating
    /// Nil when the URL has none.
    let initials: Initials?

    init(_ request: Request) {
        let file = request.parameters["name"] ?? ""
        let ending = Self.endings.first { file.utf8.count > $0.text.utf8.count && file.hasSuffix($0.text) }
        format = ending?.format
        name = ending.map { String(file.dropLast($0.text.count)) } ?? file
        side = Self.side(request.value(of: "s", "size"))
        fallback = request.value(of: "d", "default").flatMap(Self.fallback)
        isForced = request.value(of: "f", "forcedefault")?.lowercased() == "y"
        rating = request.value(of: "r", "rating").flatMap { ImageRating(rawValue: $0.lowercased()) } ?? .g
        initials =
            request.value(of: "initials").map(Initials.init(text:))
            ?? request.value(of: "name").map(Initials.init(of:))
    }

    /// Gravatar takes any of these. A GIF is not written: the default format is.
    private static let endings: [(text: String, format: ImageFormat?)] = [
        (".jpg", .jpeg), (".jpeg", .jpeg), (".png", .png), (".webp", .webp), (".gif", nil),
    ]

    private static func side(_ text: String?) -> Int {
        let range = ImageOutput.sideRange
        return text.flatMap { Int($0) }.map { min(max($0, range.lowerBound), range.upperBound) } ?? defaultSide
    }

    private static func fallback(_ text: String) -> Fallback? {
        guard text != "404" else { return .notFound }
        return AvatarStyle(name: text.lowercased()).map(Fallback.drawn) ?? RedirectURL(text).map(Fallback.redirect)
    }
}

extension Request {
    /// The value under the first of the names that has one. Forms write a plus sign for a space.
    fileprivate func value(of names: String...) -> String? {
        names.lazy.compactMap { query($0) }.first { !$0.isEmpty }?.replacing("+", with: " ")
    }
}
