import FoundationEssentials
import ProfileImages

/// The picture of a user as this dialect names it: an object of the application, or a URL elsewhere.
enum AuthgearPicture: Equatable {
    case object(MediaID)
    case elsewhere(RemoteURL)
}

/// The names of an application's pictures: `authgearimages:///app/object` as it is stored, and a URL as it is shown. Each is taken
/// for the other, so that what was read can be written back.
struct AuthgearPictureNames {
    /// Why a text names no picture.
    struct Failure: Error {
        let reason: String
    }

    static let scheme = "authgearimages"

    let app: String
    /// What URLs of this service begin with.
    let base: String

    func stored(_ id: MediaID) -> String {
        "\(Self.scheme):///\(app)/\(id.uuid)"
    }

    func shown(_ id: MediaID) -> String {
        "\(base)/_images/\(app)/\(id.uuid)/profile"
    }

    /// What is shown of a user; nil when they have no picture.
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

    /// - Parameter path: `/app/object`, and in a URL also what is shown of it.
    private func object(at path: Substring) throws(Failure) -> AuthgearPicture {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.first == "" else { throw Failure(reason: "invalid host") }
        guard (3...4).contains(segments.count), segments[1] == app[...], let id = MediaID(uuid: String(segments[2]))
        else { throw Failure(reason: "unknown image") }
        return .object(id)
    }
}
