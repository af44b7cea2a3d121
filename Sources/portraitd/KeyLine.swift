import FoundationEssentials
import ProfileImages

/// An API key as it is printed.
struct KeyLine: Encodable {
    let id: String
    let name: String
    let scopes: [String]
    let createdAt: Date
    /// The key itself, when it is shown for once.
    let key: String?

    init(_ stored: APIKey, token: String? = nil) {
        id = stored.id
        name = stored.name
        scopes = stored.scopes.map(\.rawValue).sorted()
        createdAt = stored.createdAt
        key = token
    }
}
