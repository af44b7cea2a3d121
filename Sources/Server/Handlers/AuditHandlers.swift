import HTTPTypes
package import ProfileImages

/// The resource `/audit`: the records of all changes.
struct AuditHandlers: Sendable {
    private struct List: Encodable {
        let records: [AuditResource]
        /// The value of `after` for the next page; absent on the last page.
        let next: String?
    }

    let store: any MetadataStore

    /// Answers with a page of the audit, oldest record first: `?user=id`, `?after=…`, `?limit=number`.
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
            headerFields: CachePolicy.neverPrivate
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
            throw CodedError.badParameter("after", "must be the value of next in the previous page")
        }
        return sequence
    }
}

/// An audit record as JSON.
package struct AuditResource: Encodable {
    let sequence: Int64
    let time: String
    /// The kind of credential, and the name of its owner.
    let credential: String
    let actor: String
    let requestId: String?
    let action: String
    /// The user whose data was changed; absent if the record concerns no user.
    let userId: String?
    let subject: String?

    package init(_ record: AuditRecord) {
        sequence = record.sequence
        time = record.time.iso8601
        credential = record.actor.credential.rawValue
        actor = record.actor.name
        requestId = record.actor.requestID
        action = record.action.rawValue
        userId = record.userID?.rawValue
        subject = record.subject
    }
}
