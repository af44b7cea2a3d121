import FoundationEssentials
import ProfileImages

/// What a picture's URL says, as Clerk has it: a JSON object in Base64, right after the host.
///
/// Nothing of it is fetched: a picture that it names is one of portraitd's own, whatever host it says.
enum ClerkImageURL: Equatable {
    /// One that is drawn of these letters.
    case drawn(initials: String, seed: String)
    case image(MediaID)

    /// What the path begins with: `{"` in Base64.
    static let prefix = "eyJ"
    /// No URL that was made here is longer.
    private static let maxBytes = 4096

    private struct Content: Decodable {
        let type: String
        let src: String?
        let rid: String?
        let initials: String?
    }

    /// Returns nil when `text` is none that could have been made here.
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

    /// The URL of what is drawn for a user without one. `rid` is not the user's identifier, which is nobody's business.
    static func ofNobody(initials: String, seed: String, base: String) -> String {
        let members = [("type", "default"), ("iid", "ins_portraitd"), ("rid", seed), ("initials", initials)]
        return "\(base)/\(encoded(members))"
    }

    /// Without the characters that have a meaning in URLs: all but the usual letters are escaped in the JSON, and then no
    /// six bits make a plus sign or a slash. Padding is not needed.
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
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._:/".utf8.contains(byte)
        }
    }
}
