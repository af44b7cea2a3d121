import Foundation
import ProfileImages

/// The table `profile`.
extension SQLTransaction {
    private static let selectProfile = """
        SELECT profile.*, \(Self.imageColumns)
        FROM profile LEFT JOIN media ON media.user_id = profile.user_id AND media.is_active
        """
    // A constant, because nearly every request runs this statement.
    private static let selectOneProfile = "\(selectProfile) WHERE profile.user_id = ?"

    func profile(of user: UserID) throws -> Profile? {
        try connection.query(Self.selectOneProfile, [user.rawValue]).first.map(Self.profile)
    }

    func hasProfile(_ user: UserID) throws -> Bool {
        try connection.exists("SELECT 1 FROM profile WHERE user_id = ?", [user.rawValue])
    }

    func profiles(_ query: ProfileQuery) throws -> ProfilePage {
        // One row more than the limit shows whether there is a next page.
        let rows = try numberedProfiles(query, limit: query.limit + 1)
        let page = rows.prefix(query.limit)
        return ProfilePage(profiles: page.map(\.profile), next: rows.count > page.count ? page.last?.number : nil)
    }

    /// Profiles with the column `id`, which increases with each new profile.
    func numberedProfiles(_ query: ProfileQuery, limit: Int) throws -> [(number: Int64, profile: Profile)] {
        var (condition, arguments) = try condition(query)
        arguments += [limit, query.offset]
        let sql = """
            \(Self.selectProfile) WHERE \(condition)
            ORDER BY profile.id \(query.isNewestFirst ? "DESC" : "ASC") LIMIT ? OFFSET ?
            """
        return try connection.query(sql, arguments).map { try ($0["id"], Self.profile($0)) }
    }

    func profileCount(_ query: ProfileQuery) throws -> Int {
        let (condition, arguments) = try condition(query)
        return try connection.count("SELECT count(*) FROM profile WHERE \(condition)", arguments)
    }

    private func condition(_ query: ProfileQuery) throws -> (String, [(any SQLConvertible)?]) {
        let dialect = connection.dialect
        var conditions: [(sql: String, argument: any SQLConvertible)] = [("profile.id > ?", query.after)]
        if let users = query.users {
            conditions.append((dialect.isMember("profile.user_id", "?"), try Self.json(users.map(\.rawValue))))
        }
        if let emails = query.emails {
            conditions.append((dialect.isMember("profile.email", "?"), try Self.json(emails.map(\.rawValue))))
        }
        if let userName = query.userName { conditions.append(("profile.user_name = ?", userName)) }
        if let phoneNumber = query.phoneNumber {
            conditions.append(("\(dialect.jsonText("profile.claims", "phone_number")) = ?", phoneNumber))
        }
        if let words = query.words { conditions.append((dialect.search("?"), dialect.searchTerms(words))) }
        return (conditions.map(\.sql).joined(separator: " AND "), conditions.map(\.argument))
    }

    func touchProfile(of user: UserID, at time: Date) throws -> Bool {
        let sql = """
            INSERT INTO profile (user_id, metadata, revision, created_at, updated_at) VALUES (?1, '{}', 1, ?2, ?2)
            ON CONFLICT (user_id) DO UPDATE SET revision = profile.revision + 1, updated_at = excluded.updated_at
            RETURNING revision
            """
        return try connection.value(sql, [user.rawValue, time.milliseconds]) == Int64(1)
    }

    func insertProfile(of user: UserID, revision: Int64, createdAt: Date, updatedAt: Date) throws {
        try connection.execute(
            "INSERT INTO profile (user_id, metadata, revision, created_at, updated_at) VALUES (?, '{}', ?, ?, ?)",
            [user.rawValue, revision, createdAt.milliseconds, updatedAt.milliseconds]
        )
    }

    func setAttributes(_ attributes: ProfileAttributes, of user: UserID) throws {
        try connection.execute(
            """
            UPDATE profile SET
                user_name = ?, full_name = ?, given_name = ?, family_name = ?, display_name = ?, email = ?,
                email_md5 = ?, email_sha256 = ?, email_verified = ?, claims = ?, phone_number_verified = ?, picture = ?,
                description = ?, metadata = ?, public_metadata = ?, private_metadata = ?
            WHERE user_id = ?
            """,
            [
                attributes.userName, attributes.fullName, attributes.givenName, attributes.familyName,
                attributes.displayName, attributes.email?.rawValue, attributes.email?.md5, attributes.email?.sha256,
                attributes.isEmailVerified, try Self.json(attributes.claims), attributes.isPhoneNumberVerified,
                attributes.picture?.rawValue, attributes.description, try Self.json(attributes.metadata),
                try Self.json(attributes.publicMetadata), try Self.json(attributes.privateMetadata), user.rawValue,
            ]
        )
    }

    func clearPicture(of user: UserID) throws -> Bool {
        let sql = "UPDATE profile SET picture = NULL WHERE user_id = ? AND picture IS NOT NULL"
        return try connection.execute(sql, [user.rawValue]) > 0
    }

    func deleteProfile(of user: UserID) throws -> Bool {
        try connection.execute("DELETE FROM profile WHERE user_id = ?", [user.rawValue]) > 0
    }

    private static func profile(_ row: SQLRow) throws -> Profile {
        guard let user = UserID(rawValue: try row["user_id"]) else { throw StoreError.foreignRow(in: "profile") }
        var attributes = ProfileAttributes()
        attributes.userName = try row["user_name"]
        attributes.fullName = try row["full_name"]
        attributes.givenName = try row["given_name"]
        attributes.familyName = try row["family_name"]
        attributes.displayName = try row["display_name"]
        attributes.email = try (row["email"] as String?).flatMap(EmailAddress.init(rawValue:))
        attributes.isEmailVerified = try row["email_verified"]
        attributes.claims = try claims(row["claims"])
        attributes.isPhoneNumberVerified = try row["phone_number_verified"]
        attributes.picture = try (row["picture"] as String?).flatMap(RemoteURL.init(rawValue:))
        attributes.description = try row["description"]
        attributes.metadata = try object(row["metadata"])
        attributes.publicMetadata = try object(row["public_metadata"])
        attributes.privateMetadata = try object(row["private_metadata"])
        return Profile(
            userID: user,
            attributes: attributes,
            image: try row["media_id"] as String? == nil ? nil : image(row),
            revision: try row["revision"],
            createdAt: Date(milliseconds: try row["created_at"]),
            updatedAt: Date(milliseconds: try row["updated_at"])
        )
    }

    private static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder.standard().encode(value), as: UTF8.self)
    }

    /// Parses a JSON object. `{}` needs no parser: most objects are empty, and profiles are read often.
    private static func object(_ json: String) throws -> [String: JSONValue] {
        guard json != "{}" else { return [:] }
        guard case .object(let members) = try JSONValue(trusted: Array(json.utf8)) else {
            throw StoreError.foreignRow(in: "profile")
        }
        return members
    }

    private static func claims(_ json: String) throws -> [StandardClaim: JSONValue] {
        try object(json).reduce(into: [:]) { claims, member in
            guard let claim = StandardClaim(rawValue: member.key) else { throw StoreError.foreignRow(in: "profile") }
            claims[claim] = member.value
        }
    }
}
