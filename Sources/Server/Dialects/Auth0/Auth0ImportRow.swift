import ProfileImages

/// A user in an import file.
struct Auth0ImportRow: Sendable {
    /// The members that a user may have.
    private static let members: Set = [
        "email", "email_verified", "phone_number", "phone_verified", "user_id", "username", "given_name", "family_name",
        "name", "nickname", "picture", "blocked", "password_hash", "custom_password_hash", "app_metadata",
        "user_metadata", "mfa_factors",
    ]
    /// Members that do not change the profile: portraitd stores no passwords and blocks no users.
    private static let ignored = ["user_id", "blocked", "password_hash", "custom_password_hash", "mfa_factors"]

    /// The user's element of the file, unchanged.
    let item: JSONValue
    /// The change to make; nil if there are faults.
    let change: BulkChange?
    let faults: [BulkJob.Fault]

    /// Returns the users of a file; nil if the file is not a JSON array.
    static func rows(of file: [UInt8]) -> [Auth0ImportRow]? {
        guard case .array(let items)? = try? JSONValue(untrusted: file) else { return nil }
        var users: Set<UserID> = []
        var emails: Set<EmailAddress> = []
        return items.map { item in
            let row = Auth0ImportRow(item)
            guard let change = row.change else { return row }
            guard emails.insert(change.email).inserted, change.user.map({ users.insert($0).inserted }) != false else {
                return row.refused("DUPLICATED_USER", "The file contains this user twice.", path: "email")
            }
            return row
        }
    }

    private init(_ item: JSONValue) {
        do throws(Fault) {
            self.init(item: item, change: try Self.change(item), faults: [])
        } catch {
            self.init(item: item, change: nil, faults: [error.fault])
        }
    }

    private init(item: JSONValue, change: BulkChange?, faults: [BulkJob.Fault]) {
        self.item = item
        self.change = change
        self.faults = faults
    }

    /// Refuses this row, whose content is valid, because it conflicts with the stored users.
    func refused(_ user: UserID, _ code: String, _ message: String) -> BulkJob.Refusal {
        BulkJob.Refusal(user: user, item: item, faults: [.init(code: code, message: message, path: "email")])
    }

    private func refused(_ code: String, _ message: String, path: String?) -> Auth0ImportRow {
        Auth0ImportRow(item: item, change: nil, faults: [.init(code: code, message: message, path: path)])
    }

    private static func change(_ item: JSONValue) throws(Fault) -> BulkChange {
        guard case .object(var members) = item else {
            throw Fault("OBJECT_REQUIRED", "A user must be a JSON object.", path: nil)
        }
        if let other = members.keys.filter({ !Self.members.contains($0) }).min() {
            throw Fault("NOT_PASSED", "Additional properties not allowed: \(other)", path: other)
        }
        let user = try user(members["user_id"])
        for name in ignored { members[name] = nil }
        guard members["email"] != nil else {
            throw Fault("ANY_OF_MISSING", "Missing required property: email", path: "email")
        }
        do throws(CodedError) {
            let patch = try Auth0UserPatch(JSONObjectReader(members), replacesMetadata: true)
            guard let email = patch.email else {
                throw .badMember("email", "must be an e-mail address like ann@example.com")
            }
            return BulkChange(user: user, email: email, apply: patch.apply)
        } catch {
            throw Fault(error, in: members)
        }
    }

    private static func user(_ value: JSONValue?) throws(Fault) -> UserID? {
        switch value {
        case nil: return nil
        case .string(let text)?:
            guard !text.isEmpty, let user = UserID(rawValue: text.hasPrefix("auth0|") ? text : "auth0|\(text)") else {
                throw Fault("FORMAT", "A user identifier has 1 to 249 bytes.", path: "user_id")
            }
            return user
        default: throw Fault("INVALID_TYPE", "Expected type string.", path: "user_id")
        }
    }
}

extension Auth0ImportRow {
    /// The fault of a row.
    private struct Fault: Error {
        let fault: BulkJob.Fault

        init(_ code: String, _ message: String, path: String?) {
            fault = BulkJob.Fault(code: code, message: message, path: path)
        }

        /// Creates the fault of a refused member: it is too long, or has the wrong type or format.
        init(_ problem: CodedError, in members: [String: JSONValue]) {
            let path = problem.pointer.map { String($0.dropFirst()) }
            let isText = if case .string? = path.flatMap({ members[$0] }) { true } else { false }
            self.init(
                problem.limit != nil ? "MAX_LENGTH" : isText ? "FORMAT" : "INVALID_TYPE",
                problem.detail,
                path: path
            )
        }
    }
}
