import Foundation
import GRDB
import ProfileImages

/// The `profile` table's rows, to and from the domain's value.
enum ProfileRow {
    /// What tells the next page where to begin: the row's number, which grows from profile to profile.
    typealias Page = [(number: Int64, profile: Profile)]

    private static let selectSQL = """
        SELECT profile.*, \(MediaRow.imageColumns)
        FROM profile LEFT JOIN media ON media.user_id = profile.user_id AND media.is_active
        """

    static func fetch(of user: UserID, from database: Database) throws -> Profile? {
        let statement = try database.cachedStatement(sql: "\(selectSQL) WHERE profile.user_id = ?")
        return try Row.fetchOne(statement, arguments: [user.rawValue]).map(profile)
    }

    static func fetch(_ query: ProfileQuery, limit: Int, from database: Database) throws -> Page {
        let sql = """
            \(selectSQL)
            WHERE \(condition(query))
            ORDER BY profile.id \(query.isNewestFirst ? "DESC" : "ASC") LIMIT :limit OFFSET :offset
            """
        var arguments = try arguments(query)
        arguments += ["limit": limit, "offset": query.offset]
        let statement = try database.cachedStatement(sql: sql)
        return try Row.fetchAll(statement, arguments: arguments).map { ($0["id"], try profile(row: $0)) }
    }

    /// How many there are, whatever the page.
    static func count(_ query: ProfileQuery, in database: Database) throws -> Int {
        let sql = "SELECT count(*) FROM profile WHERE \(condition(query))"
        return try Int.fetchOne(database.cachedStatement(sql: sql), arguments: arguments(query)) ?? 0
    }

    private static func condition(_ query: ProfileQuery) -> String {
        var conditions = ["profile.id > :after"]
        if query.users != nil { conditions.append("profile.user_id IN (SELECT value FROM json_each(:users))") }
        if query.emails != nil { conditions.append("profile.email IN (SELECT value FROM json_each(:emails))") }
        if query.userName != nil { conditions.append("profile.user_name = :userName") }
        if query.phoneNumber != nil { conditions.append("profile.claims ->> '$.phone_number' = :phoneNumber") }
        if query.words != nil {
            conditions.append("profile.id IN (SELECT rowid FROM profile_search WHERE profile_search MATCH :words)")
        }
        return conditions.joined(separator: " AND ")
    }

    private static func arguments(_ query: ProfileQuery) throws -> StatementArguments {
        var arguments: StatementArguments = ["after": query.after]
        if let users = query.users { arguments += ["users": try json(users)] }
        if let emails = query.emails { arguments += ["emails": try json(emails)] }
        if let userName = query.userName { arguments += ["userName": userName] }
        if let phoneNumber = query.phoneNumber { arguments += ["phoneNumber": phoneNumber] }
        if let words = query.words { arguments += ["words": matching(words)] }
        return arguments
    }

    /// Makes the profile, or marks that it has changed.
    /// - Returns: whether it was made now.
    static func touch(_ user: UserID, at time: Date, in database: Database) throws -> Bool {
        let sql = """
            INSERT INTO profile (user_id, metadata, revision, created_at, updated_at) VALUES (?1, '{}', 1, ?2, ?2)
            ON CONFLICT (user_id) DO UPDATE SET revision = revision + 1, updated_at = ?2
            RETURNING revision
            """
        let statement = try database.cachedStatement(sql: sql)
        return try Int64.fetchOne(statement, arguments: [user.rawValue, time.milliseconds]) == 1
    }

    static func exists(_ user: UserID, in database: Database) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT 1 FROM profile WHERE user_id = ?")
        return try Int.fetchOne(statement, arguments: [user.rawValue]) != nil
    }

    static func set(_ attributes: ProfileAttributes, of user: UserID, in database: Database) throws {
        try database.execute(
            sql: """
                UPDATE profile SET
                    user_name = ?, full_name = ?, given_name = ?, family_name = ?, display_name = ?, email = ?,
                    email_md5 = ?, email_sha256 = ?, email_verified = ?, claims = ?, phone_number_verified = ?, picture = ?,
                    description = ?, metadata = ?, public_metadata = ?, private_metadata = ?
                WHERE user_id = ?
                """,
            arguments: [
                attributes.userName, attributes.fullName, attributes.givenName, attributes.familyName,
                attributes.displayName, attributes.email?.rawValue, attributes.email?.md5, attributes.email?.sha256,
                attributes.isEmailVerified, try json(attributes.claims), attributes.isPhoneNumberVerified,
                attributes.picture?.rawValue, attributes.description, try json(attributes.metadata),
                try json(attributes.publicMetadata), try json(attributes.privateMetadata), user.rawValue,
            ]
        )
    }

    /// Forgets the picture that somebody named.
    /// - Returns: false when there was none.
    @discardableResult
    static func clearPicture(of user: UserID, in database: Database) throws -> Bool {
        let sql = "UPDATE profile SET picture = NULL WHERE user_id = ? AND picture IS NOT NULL"
        try database.cachedStatement(sql: sql).execute(arguments: [user.rawValue])
        return database.changesCount > 0
    }

    /// An expression of FTS5 (sqlite.org/fts5.html §3) for rows that hold each word, or one that begins so.
    private static func matching(_ words: String) -> String {
        words.unicodeScalars.split { $0.properties.isWhitespace }.map { word in
            var quoted = String.UnicodeScalarView("\"".unicodeScalars)
            // By scalars: with a combining mark behind it, a quotation mark is another character.
            for scalar in word {
                switch scalar {
                case "\"": quoted.append(contentsOf: "\"\"".unicodeScalars)
                // It would end the expression in the middle of a word.
                case "\0": quoted.append(" ")
                default: quoted.append(scalar)
                }
            }
            return "\(String(quoted))\"*"
        }.joined(separator: " ")
    }

    private static func profile(row: Row) throws -> Profile {
        guard let user = UserID(rawValue: row["user_id"]) else { throw DatabaseError.foreignRow(in: "profile") }
        var attributes = ProfileAttributes()
        attributes.userName = row["user_name"]
        attributes.fullName = row["full_name"]
        attributes.givenName = row["given_name"]
        attributes.familyName = row["family_name"]
        attributes.displayName = row["display_name"]
        attributes.email = (row["email"] as String?).flatMap(EmailAddress.init(rawValue:))
        attributes.isEmailVerified = row["email_verified"]
        attributes.claims = try claims(row["claims"])
        attributes.isPhoneNumberVerified = row["phone_number_verified"]
        attributes.picture = (row["picture"] as String?).flatMap(RemoteURL.init(rawValue:))
        attributes.description = row["description"]
        attributes.metadata = try object(row["metadata"])
        attributes.publicMetadata = try object(row["public_metadata"])
        attributes.privateMetadata = try object(row["private_metadata"])
        return Profile(
            userID: user,
            attributes: attributes,
            image: row["media_id"] as String? == nil ? nil : try MediaRow.image(row: row),
            revision: row["revision"],
            createdAt: Date(milliseconds: row["created_at"]),
            updatedAt: Date(milliseconds: row["updated_at"])
        )
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Most objects are empty, and these are read often.
    private static func object(_ json: String) throws -> [String: JSONValue] {
        guard json != "{}" else { return [:] }
        guard case .object(let members) = try JSONValue(trusted: Array(json.utf8)) else {
            throw DatabaseError.foreignRow(in: "profile")
        }
        return members
    }

    private static func claims(_ json: String) throws -> [StandardClaim: JSONValue] {
        try object(json).reduce(into: [:]) { claims, member in
            guard let claim = StandardClaim(rawValue: member.key) else { throw DatabaseError.foreignRow(in: "profile") }
            claims[claim] = member.value
        }
    }
}
