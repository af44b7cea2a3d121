/// Where a user's image came from.
package enum ImageSource: Equatable, Codable, Sendable {
    /// Somebody uploaded or chose it.
    case upload
    /// It was fetched from a URL that somebody gave.
    case imported
    /// An identity provider named it at sign-in; by its connection's name.
    case identity(connection: String)
    /// portraitd drew it.
    case generated
}

extension ImageSource: RawRepresentable {
    private static let identityPrefix = "identity:"

    package var rawValue: String {
        switch self {
        case .upload: "upload"
        case .imported: "import"
        case .identity(let connection): Self.identityPrefix + connection
        case .generated: "generated"
        }
    }

    package init?(rawValue: String) {
        switch rawValue {
        case "upload": self = .upload
        case "import": self = .imported
        case "generated": self = .generated
        default:
            guard rawValue.hasPrefix(Self.identityPrefix) else { return nil }
            self = .identity(connection: String(rawValue.dropFirst(Self.identityPrefix.count)))
        }
    }
}
