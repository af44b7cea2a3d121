import FoundationEssentials
import GraphQL
import ProfileImages

/// Where queries begin.
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
        // No user has a longer name or address.
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
