import FoundationEssentials
import GraphQL
import ProfileImages

/// The root object of queries.
struct AuthgearQuery: ObjectSource {
    private static let maxNodes = 100

    let profiles: ProfileService
    let names: AuthgearPictureNames

    var typeName: String { "Query" }

    func value(of field: String, _ arguments: [String: Value]) throws -> Output {
        switch field {
        case "node": return try node(arguments["id"])
        case "nodes":
            guard case .list(let ids) = arguments["ids"] else { return .list([]) }
            guard ids.count <= Self.maxNodes else { throw FieldError.authgear("at most \(Self.maxNodes) nodes") }
            return .list(try ids.map(node))
        case "users": return try users(arguments)
        case "getUsersByStandardAttribute":
            return try users(where: arguments["attributeName"]?.text ?? "", is: arguments["attributeValue"]?.text ?? "")
        default: return .null
        }
    }

    private func node(_ id: Value?) throws -> Output {
        guard let id = id?.text.flatMap(AuthgearNodeID.init(rawValue:)),
            let profile = try profiles.profile(of: id.user)
        else { return .null }
        return user(profile)
    }

    private func user(_ profile: Profile) -> Output {
        .object(AuthgearUser(profile: profile, names: names))
    }

    private func users(where attribute: String, is value: String) throws -> Output {
        // No user has a longer name, email address or phone number.
        guard max(attribute.utf8.count, value.utf8.count) <= ProfileService.maxNameBytes else {
            throw FieldError.authgear("attributeName or attributeValue is too long")
        }
        var query = ProfileQuery(limit: Self.maxNodes)
        switch attribute {
        case "email":
            guard let email = EmailAddress(rawValue: value) else { return .list([]) }
            query.emails = [email]
        case "preferred_username": query.userName = value
        case "phone_number": query.phoneNumber = value
        default:
            throw FieldError.authgear("attributeName must be email, phone_number or preferred_username")
        }
        return .list(try profiles.profiles(query).profiles.map(user))
    }

    private func users(_ arguments: [String: Value]) throws -> Output {
        guard arguments["sortBy"] != .enumeration("LAST_LOGIN_AT") else {
            throw FieldError.authgear("users can be sorted by CREATED_AT only")
        }
        let keyword = arguments["searchKeyword"]?.text?.drop(while: \.isWhitespace) ?? ""
        guard keyword.utf8.count <= ProfileService.maxNameBytes else {
            throw FieldError.authgear("searchKeyword is too long")
        }
        var query = ProfileQuery(limit: 0)
        if !keyword.isEmpty { query.words = String(keyword) }
        query.isNewestFirst = arguments["sortDirection"] == .enumeration("DESC")
        let total = try profiles.count(query)
        let window = try AuthgearWindow(arguments, of: total)
        (query.offset, query.limit) = (window.places.lowerBound, window.places.count)
        let found = window.places.isEmpty ? [] : try profiles.profiles(query).profiles
        return connection(zip(window.places, found).map { ($0, $1) }, in: window, of: total)
    }

    private func connection(_ found: [(place: Int, profile: Profile)], in window: AuthgearWindow, of total: Int)
        -> Output
    {
        let edges = found.map { place, profile in
            Output.object(
                Record("UserEdge", ["cursor": .text(AuthgearWindow.cursor(place)), "node": user(profile)])
            )
        }
        let pageInfo = Record(
            "PageInfo",
            [
                "hasNextPage": .value(.boolean(window.places.upperBound < total)),
                "hasPreviousPage": .value(.boolean(window.places.lowerBound > 0)),
                "startCursor": .text(found.first.map { AuthgearWindow.cursor($0.place) }),
                "endCursor": .text(found.last.map { AuthgearWindow.cursor($0.place) }),
            ]
        )
        return .object(
            Record(
                "UserConnection",
                [
                    "edges": .list(edges), "pageInfo": .object(pageInfo),
                    "totalCount": .value(.integer(Int64(total))),
                ]
            )
        )
    }
}

/// The part of a list that `first`, `after`, `last` and `before` select: GraphQL Cursor Connections, "Pagination
/// algorithm".
struct AuthgearWindow {
    private static let maxPage = 100
    private static let defaultPage = 20
    private static let prefix = "offset:"

    let places: Range<Int>

    /// - Throws: `FieldError` for a negative number, or a malformed cursor.
    init(_ arguments: [String: Value], of total: Int) throws(FieldError) {
        let start = min(total, try Self.place(arguments["after"]).map { $0 + 1 } ?? 0)
        let end = max(start, min(total, try Self.place(arguments["before"]) ?? total))
        if let last = try Self.count(arguments["last"]), arguments["first"].map({ $0 == .null }) ?? true {
            places = max(start, end - last)..<end
        } else {
            places = start..<min(end, start + (try Self.count(arguments["first"]) ?? Self.defaultPage))
        }
    }

    static func cursor(_ place: Int) -> String {
        Data("\(prefix)\(place)".utf8).base64URL
    }

    private static func place(_ cursor: Value?) throws(FieldError) -> Int? {
        guard let text = cursor?.text else { return nil }
        guard let data = Data(base64URL: Array(text.utf8)[...]), let decoded = String(validating: data, as: UTF8.self),
            decoded.hasPrefix(prefix), let place = Int32(decoded.dropFirst(prefix.count)), place >= 0
        else { throw .authgear("invalid cursor") }
        return Int(place)
    }

    private static func count(_ value: Value?) throws(FieldError) -> Int? {
        guard case .integer(let count) = value else { return nil }
        guard count >= 0 else { throw .authgear("first and last must not be negative") }
        return Int(min(count, Int64(maxPage)))
    }
}
