import HTTPTypes
import ProfileImages

extension Request {
    private static let clerkPage = 10
    private static let maxClerkPage = 500

    /// Which users `GET /v1/users` asks for.
    /// - Throws: a problem with status 422 for what cannot be filtered by here: all users would be a wrong answer.
    func clerkQuery() throws(Problem) -> ProfileQuery {
        var query = ProfileQuery(limit: Self.clerkPage)
        query.isNewestFirst = true
        for item in target?.query ?? [] where !item.name.hasPrefix("_") {
            switch item.name.hasSuffix("[]") ? String(item.name.dropLast(2)) : item.name {
            case "limit": query.limit = try number(item, in: 1...Self.maxClerkPage)
            case "offset": query.offset = try number(item, in: 0...Int(Int32.max))
            case "order_by": query.isNewestFirst = try isNewestFirst(item)
            case "query" where !item.value.allSatisfy(\.isWhitespace): query.words = item.value
            case "query": break
            case "user_id": query.users = (query.users ?? []) + (UserID(rawValue: item.value).map { [$0] } ?? [])
            case "email_address":
                query.emails = (query.emails ?? []) + (EmailAddress(rawValue: item.value).map { [$0] } ?? [])
            default:
                throw Problem(
                    .unprocessableContent,
                    clerk: .parameterUnknown,
                    "\(item.name) is not a valid parameter for this request.",
                    parameter: item.name
                )
            }
        }
        return query
    }

    private func number(_ item: RequestTarget.QueryItem, in range: ClosedRange<Int>) throws(Problem) -> Int {
        if let number = Int(item.value), range.contains(number) { return number }
        throw invalid(item, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    private func isNewestFirst(_ item: RequestTarget.QueryItem) throws(Problem) -> Bool {
        switch item.value {
        case "created_at", "+created_at", " created_at": false
        case "-created_at": true
        default: throw invalid(item, "created_at, with + or - before it")
        }
    }

    private func invalid(_ item: RequestTarget.QueryItem, _ expectation: String) -> Problem {
        Problem(
            .unprocessableContent,
            clerk: .parameterInvalid,
            "\(item.name) must be \(expectation).",
            parameter: item.name
        )
    }
}
