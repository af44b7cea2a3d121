import Avatars
import Bytes
import Imaging
import ProfileImages

/// The parameters of a URL of Gravatar or Libravatar: docs.gravatar.com/sdk/images, wiki.libravatar.org/api.
///
/// Like Gravatar and Libravatar, it ignores parameters that it does not understand.
struct AvatarQuery: Equatable {
    /// The response for a user without an image.
    enum Fallback: Equatable {
        case notFound
        case drawn(AvatarStyle)
        case redirect(RedirectURL)
    }

    static let defaultSide = 80

    /// The digest of an e-mail address, or a user identifier.
    let name: String
    /// The format of the name's file extension; nil without an extension, or if this server does not write the format.
    let format: ImageFormat?
    let side: Int
    let fallback: Fallback?
    /// Whether the fallback is shown even for users with an image.
    let isForced: Bool
    let rating: ImageRating
    /// Nil if the URL has none.
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

    /// Gravatar accepts these extensions. GIF is not written; the default format replaces it.
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
    /// Returns the value of the first of the names that has one. In forms a plus sign stands for a space.
    fileprivate func value(of names: String...) -> String? {
        names.lazy.compactMap { query($0) }.first { !$0.isEmpty }?.replacing("+", with: " ")
    }
}

/// An absolute http or https URL to which a response may redirect.
struct RedirectURL: Equatable {
    let rawValue: String
    /// In lower case, without the port.
    let host: String

    /// Returns nil for other texts, for URLs with credentials, and for URLs with characters that RFC 3986 §2 does not
    /// allow in `Location`.
    init?(_ text: String) {
        guard let scheme = ["https://", "http://"].first(where: text.lowercased().hasPrefix),
            text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && !"\"<>\\^`{|}".utf8.contains($0) })
        else { return nil }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.prefix { $0 != ":" }
        let port = authority.dropFirst(host.count + 1)
        guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte), authority.count == host.count || UInt16(port) != nil
        else { return nil }
        rawValue = text
        self.host = host.lowercased()
    }

    /// The letters in a URL like `https://example.com/avatars/ab.png`, which shows these letters. portraitd draws them
    /// itself instead of redirecting.
    var initials: Initials? {
        let parts = rawValue.split(separator: "/")
        guard parts.count == 4, parts[2] == "avatars", parts[3].hasSuffix(".png"),
            let letters = RequestTarget(rawValue: "/\(parts[3].dropLast(4))")?.segments.first, letters.count <= 2
        else { return nil }
        return Initials(text: letters)
    }

    /// The characters of a name or an IPv4 address. Brackets are excluded, and `@`, which would follow credentials.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || "-.".utf8.contains(byte)
    }
}
