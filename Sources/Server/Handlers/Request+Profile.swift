import HTTPTypes
import ProfileImages

extension Request {
    private static let defaultPage = 50
    private static let maxPage = 500

    /// How many items a page may have: `?limit=`.
    /// - Throws: a problem with status 400.
    func pageLimit() throws(CodedError) -> Int {
        guard let text = query("limit") else { return Self.defaultPage }
        guard let limit = Int(text), (1...Self.maxPage).contains(limit) else {
            throw .badParameter("limit", "is a whole number from 1 to \(Self.maxPage)")
        }
        return limit
    }

    /// - Throws: a problem with status 400.
    func profileQuery() throws(CodedError) -> ProfileQuery {
        var result = ProfileQuery(limit: try pageLimit())
        if let words = query("search")?.drop(while: \.isWhitespace), !words.isEmpty {
            guard words.utf8.count <= ProfileService.maxNameBytes else {
                throw .badParameter("search", "has at most \(ProfileService.maxNameBytes) bytes")
            }
            result.words = String(words)
        }
        if let text = query("email") {
            guard let email = EmailAddress(rawValue: text) else {
                throw .badParameter("email", "is an address like ann@example.com")
            }
            result.emails = [email]
        }
        if let text = query("cursor") {
            guard let after = Int64(text), after >= 0 else {
                throw .badParameter("cursor", "is the text that the page before gave as next")
            }
            result.after = after
        }
        return result
    }

    /// The revision that `If-Match` names; one that no profile has when it names none that is a profile's.
    var profileRevision: Int64? {
        guard let header = head.headerFields[.ifMatch], header != "*" else { return nil }
        return EntityTag.profileRevision(header) ?? -1
    }

    /// Whether `If-Match: *` asks that there is something to change.
    var mustExist: Bool {
        head.headerFields[.ifMatch] == "*"
    }
}
