import Bytes
import FoundationEssentials
import ProfileImages

/// A picture URL in Clerk's form: its path is a JSON object in Base64.
///
/// portraitd does not fetch `src`. It reads only the image identifier in the path of `src`, and ignores the host.
enum ClerkImageURL: Equatable {
    /// A picture that portraitd draws from these initials.
    case drawn(initials: String, seed: String)
    case image(MediaID)

    /// The prefix of the path: `{"` in Base64.
    static let prefix = "eyJ"
    /// The longest path that is decoded, in bytes. portraitd makes no longer one.
    private static let maxBytes = 4096

    private struct Content: Decodable {
        let type: String
        let src: String?
        let rid: String?
        let initials: String?
    }

    /// Returns nil if `text` does not have the form that portraitd makes.
    init?(_ text: String) {
        guard text.utf8.count <= Self.maxBytes,
            let json = Data(base64Encoded: text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)),
            (try? JSONValue(untrusted: Array(json))) != nil,
            let content = try? JSONDecoder().decode(Content.self, from: json)
        else { return nil }
        switch content.type {
        case "default":
            self = .drawn(initials: content.initials ?? "", seed: content.rid ?? "")
        case "proxy":
            let path = content.src?.split(separator: "/") ?? []
            guard let folder = path.lastIndex(of: "images"), folder + 1 < path.count,
                let id = MediaID(rawValue: String(path[folder + 1]))
            else { return nil }
            self = .image(id)
        default: return nil
        }
    }

    /// The URL of a stored image.
    static func of(_ image: ProfileImage, base: String) -> String {
        "\(base)/\(encoded([("type", "proxy"), ("src", base + image.path)]))"
    }

    /// The URL of the drawn picture of a user without an image. `seed` becomes `rid`; it must not disclose the user's
    /// identifier.
    static func ofNobody(initials: String, seed: String, base: String) -> String {
        let members = [("type", "default"), ("iid", "ins_portraitd"), ("rid", seed), ("initials", initials)]
        return "\(base)/\(encoded(members))"
    }

    /// Returns a JSON object in Base64 without padding. It contains no `+` and no `/`, which have a meaning in URLs:
    /// these come only from bytes that the JSON escapes.
    private static func encoded(_ members: [(String, String)]) -> String {
        let json = members.map { "\"\($0)\":\"\(escaped($1))\"" }.joined(separator: ",")
        return Data("{\(json)}".utf8).base64EncodedString().replacing("=", with: "")
    }

    private static func escaped(_ text: String) -> String {
        text.utf16.map { unit in
            switch UInt8(exactly: unit) {
            case .some(let byte) where isPlain(byte): String(UnicodeScalar(byte))
            default: "\\u" + String(UInt64(unit).hexadecimal.suffix(4))
            }
        }.joined()
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || "-._:/".utf8.contains(byte)
    }
}
