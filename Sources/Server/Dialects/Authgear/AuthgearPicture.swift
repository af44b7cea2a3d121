import FoundationEssentials
import HTTPTypes
import Imaging
import ProfileImages

/// A user's picture: an object of the application, or a remote URL.
enum AuthgearPicture: Equatable {
    case object(MediaID)
    case elsewhere(RemoteURL)
}

/// The names of an application's pictures: `authgearimages:///app/object` in Authgear's storage, and a public URL.
/// Clients may send either name, so that they can write back the value that they read.
struct AuthgearPictureNames {
    /// The reason why a text is not the name of a picture.
    struct Failure: Error {
        let reason: String
    }

    static let scheme = "authgearimages"

    let app: String
    /// The beginning of this service's URLs.
    let base: String

    func stored(_ id: MediaID) -> String {
        "\(Self.scheme):///\(app)/\(id.uuid)"
    }

    func shown(_ id: MediaID) -> String {
        "\(base)/_images/\(app)/\(id.uuid)/profile"
    }

    /// The URL of the user's picture; nil if the user has none.
    func shown(_ profile: Profile) -> String? {
        profile.attributes.picture?.rawValue ?? profile.image.map { shown($0.id) }
    }

    func picture(_ text: String) throws(Failure) -> AuthgearPicture {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw Failure(reason: "invalid scheme: \(parts.count > 1 ? parts[0] : "")") }
        switch parts[0] {
        case Self.scheme[...]:
            return try object(at: parts[1])
        case "http", "https":
            if text.hasPrefix("\(base)/_images/") { return try object(at: text.dropFirst("\(base)/_images".count)) }
            guard let url = RemoteURL(rawValue: text) else { throw Failure(reason: "invalid URL") }
            return .elsewhere(url)
        default:
            throw Failure(reason: "invalid scheme: \(parts[0].prefix(100))")
        }
    }

    /// - Parameter path: `/app/object`, or `/app/object/option` in a URL.
    private func object(at path: Substring) throws(Failure) -> AuthgearPicture {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.first == "" else { throw Failure(reason: "invalid host") }
        guard (3...4).contains(segments.count), segments[1] == app[...], let id = MediaID(uuid: String(segments[2]))
        else { throw Failure(reason: "unknown image") }
        return .object(id)
    }
}

/// The resource `/_images/{app}/{object}/{option}`: the pictures, which need no credential.
struct AuthgearImages: Sendable {
    /// The side of the option `profile`, which is always a square, in pixels.
    private static let side = 240

    let app: String
    let variants: VariantService

    func get(_ request: Request) throws -> Response {
        guard request.parameters["app"] == app, let id = request.parameters["object"].flatMap(MediaID.init(uuid:)),
            let option = request.parameters["option"]
        else { throw Self.notFound }
        let tag = EntityTag(digestOf: [id.rawValue, option])
        var fields: HTTPFields = [.cacheControl: "public, immutable, max-age=900", .eTag: tag.rawValue]
        try request.willTakeLong()
        guard let picture = try picture(option, of: id) else { throw Self.notFound }
        if tag.isNamed(by: request.head.headerFields[.ifNoneMatch]) {
            return Response(.notModified, headerFields: fields)
        }
        fields[.contentType] = picture.format.mediaType
        return Response(.ok, headerFields: fields, body: picture.bytes)
    }

    private func picture(_ option: String, of id: MediaID) throws -> (bytes: [UInt8], format: ImageFormat)? {
        switch option {
        case "original":
            // The master is private, so this is the largest public variant.
            try variants.square(of: id, side: variants.output.largestSide)
        case "profile": try variants.square(of: id, side: Self.side)
        default: nil
        }
    }

    private static let notFound = Problem.notFound("There is no picture of this name.")
}

extension MediaID {
    /// Creates an identifier that is a random UUID, RFC 9562 §5.4.
    static func randomUUID() -> MediaID {
        MediaID(uuid: UUID().uuidString) ?? .random()
    }

    /// Reads the form of RFC 9562 §4, in upper or lower case; returns nil for any other text.
    init?(uuid text: String) {
        let groups = text.lowercased().split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return nil }
        self.init(rawValue: groups.joined())
    }

    /// The identifier in the form of RFC 9562 §4.
    var uuid: String {
        var rest = rawValue[...]
        return [8, 4, 4, 4, 12].map { count in
            defer { rest = rest.dropFirst(count) }
            return String(rest.prefix(count))
        }.joined(separator: "-")
    }
}
