import FoundationEssentials
import GraphQL
import ProfileImages

/// Where queries begin.
struct AuthgearQuery: ObjectSource {
    private static let maxPage = 100
    private static let defaultPage = 20

    let profiles: ProfileService
    let names: AuthgearPictureNames

    var typeName: String { "Query" }

    func value(of field: String, _ arguments: [String: Value]) throws -> Output {
        switch field {
        case "node": return try node(arguments["id"])
        case "nodes":
            guard case .list(let ids) = arguments["ids"] else { return .list([]) }
            guard ids.count <= Self.maxPage else { throw FieldError.authgear("at most \(Self.maxPage) nodes") }
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
        var query = ProfileQuery(limit: Self.maxPage)
        switch attribute {
        case "email":
            guard let email = EmailAddress(rawValue: value) else { return .list([]) }
            query.email = email
        case "preferred_username": query.userName = value
        case "phone_number": query.phoneNumber = value
        default:
            throw FieldError.authgear("attributeName must be email, phone_number or preferred_username")
        }
        return .list(try profiles.profiles(query).profiles.map(user))
    }

    private func users(_ arguments: [String: Value]) throws -> Output {
        let isForward = [("last", Value.null), ("before", .null), ("sortDirection", .enumeration("ASC"))]
            .allSatisfy { (arguments[$0.0] ?? $0.1) == $0.1 || arguments[$0.0] == .null }
        guard isForward, arguments["sortBy"] != .enumeration("LAST_LOGIN_AT") else {
            throw FieldError.authgear("users are listed oldest first: use first and after")
        }
        var query = ProfileQuery(limit: try limit(arguments["first"]))
        if let cursor = arguments["after"]?.text {
            guard let after = Self.number(cursor) else { throw FieldError.authgear("invalid cursor") }
            query.after = after
        }
        let keyword = arguments["searchKeyword"]?.text?.drop(while: \.isWhitespace) ?? ""
        guard keyword.utf8.count <= ProfileService.maxNameBytes else {
            throw FieldError.authgear("searchKeyword is too long")
        }
        if !keyword.isEmpty { query.words = String(keyword) }
        return connection(try profiles.profiles(query), total: try keyword.isEmpty ? profiles.count() : nil, query)
    }

    private func connection(_ page: ProfilePage, total: Int?, _ query: ProfileQuery) -> Output {
        let edges = zip(page.profiles, page.numbers).map { profile, number in
            Output.object(Record("UserEdge", ["cursor": .text(Self.cursor(number)), "node": user(profile)]))
        }
        let pageInfo = Record(
            "PageInfo",
            [
                "hasNextPage": .value(.boolean(page.next != nil)),
                "hasPreviousPage": .value(.boolean(query.after > 0)),
                "startCursor": .text(page.numbers.first.map(Self.cursor)),
                "endCursor": .text(page.numbers.last.map(Self.cursor)),
            ]
        )
        let count = total.map { Output.value(.integer(Int64($0))) }
        return .object(
            Record(
                "UserConnection",
                ["edges": .list(edges), "pageInfo": .object(pageInfo), "totalCount": count ?? .null]
            )
        )
    }

    private func limit(_ value: Value?) throws(FieldError) -> Int {
        guard case .integer(let first) = value else { return Self.defaultPage }
        guard first > 0 else { throw .authgear("first must be positive") }
        return Int(min(first, Int64(Self.maxPage)))
    }

    private static func cursor(_ number: Int64) -> String {
        Data("cursor:\(number)".utf8).base64URL
    }

    private static func number(_ cursor: String) -> Int64? {
        guard let data = Data(base64URL: Array(cursor.utf8)[...]), let text = String(validating: data, as: UTF8.self),
            text.hasPrefix("cursor:")
        else { return nil }
        return Int64(text.dropFirst("cursor:".count)).flatMap { $0 >= 0 ? $0 : nil }
    }
}
