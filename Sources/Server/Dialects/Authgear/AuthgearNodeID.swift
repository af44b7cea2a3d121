import FoundationEssentials
import ProfileImages

/// What GraphQL calls a user by: `User:` and their identifier, in base64url.
struct AuthgearNodeID {
    private static let prefix = "User:"

    let user: UserID

    init(_ user: UserID) {
        self.user = user
    }

    init?(rawValue: String) {
        guard let data = Data(base64URL: Array(rawValue.utf8)[...]),
            let text = String(validating: data, as: UTF8.self), text.hasPrefix(Self.prefix),
            let user = UserID(rawValue: String(text.dropFirst(Self.prefix.count)))
        else { return nil }
        self.user = user
    }

    var rawValue: String {
        Data("\(Self.prefix)\(user.rawValue)".utf8).base64URL
    }
}
