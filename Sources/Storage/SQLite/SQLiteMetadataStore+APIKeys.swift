package import Foundation
import GRDB
package import ProfileImages

extension SQLiteMetadataStore {
    package func apiKey(id: String) throws -> APIKey? {
        try read { database in
            let sql = "\(APIKey.selectSQL) WHERE id = ?"
            return try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [id]).map(APIKey.init(row:))
        }
    }

    package func apiKeys() throws -> [APIKey] {
        try read { database in
            try Row.fetchAll(database, sql: "\(APIKey.selectSQL) ORDER BY created_at, id").map(APIKey.init(row:))
        }
    }

    package func addAPIKey(_ key: APIKey, by actor: Actor) throws {
        try write { database in
            try database.execute(
                sql: "INSERT INTO api_key (id, name, scopes, digest, created_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [key.id, key.name, key.scopesText, Data(key.digest), key.createdAt.milliseconds]
            )
            try AuditRow.add(.keyCreated, of: nil, subject: key.id, by: actor, at: key.createdAt, to: database)
        }
    }

    package func revokeAPIKey(id: String, by actor: Actor, at time: Date) throws -> Bool {
        try write { database in
            try database.execute(sql: "DELETE FROM api_key WHERE id = ?", arguments: [id])
            guard database.changesCount > 0 else { return false }
            try AuditRow.add(.keyRevoked, of: nil, subject: id, by: actor, at: time, to: database)
            return true
        }
    }
}
