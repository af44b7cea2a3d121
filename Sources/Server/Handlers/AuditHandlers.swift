import HTTPTypes
import ProfileImages

/// The resource `/audit`: who did what, and when.
struct AuditHandlers: Sendable {
    private struct List: Encodable {
        let records: [AuditResource]
        /// The value of `after` for the next page; absent on the last.
        let next: String?
    }

    let store: any MetadataStore

    /// A page of the audit, oldest first: `?user=id`, `?after=…`, `?limit=number`.
    func list(_ request: Request, by principal: Principal) throws -> Response {
        try principal.authorizeAdministration()
        let limit = try request.pageLimit()
        let (user, cursor) = (try request.auditedUser(), try request.auditCursor())
        let records = try store.read { try $0.auditRecords(of: user, after: cursor, limit: limit + 1) }
        let page = records.prefix(limit)
        return try .json(
            List(
                records: page.map(AuditResource.init),
                next: records.count > page.count ? page.last.map { String($0.sequence) } : nil
            ),
            headerFields: [.cacheControl: "private, no-store"]
        )
    }
}

extension Request {
    /// - Throws: a problem with status 400.
    fileprivate func auditedUser() throws -> UserID? {
        guard let text = query("user") else { return nil }
        guard let user = UserID(rawValue: text) else { throw Problem.badUserID }
        return user
    }

    /// - Throws: a problem with status 400.
    fileprivate func auditCursor() throws(CodedError) -> Int64 {
        guard let text = query("after") else { return 0 }
        guard let sequence = Int64(text), sequence >= 0 else {
            throw CodedError.badParameter("after", "is the text that the page before gave as next")
        }
        return sequence
    }
}
