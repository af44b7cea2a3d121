import Foundation
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

    package func addAPIKey(_ key: APIKey) throws {
        try write { database in
            try database.execute(
                sql: "INSERT INTO api_key (id, name, scopes, digest, created_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [key.id, key.name, key.scopesText, Data(key.digest), key.createdAt.milliseconds]
            )
        }
    }

    package func revokeAPIKey(id: String) throws -> Bool {
        try write { database in
            try database.execute(sql: "DELETE FROM api_key WHERE id = ?", arguments: [id])
            return database.changesCount > 0
        }
    }
}
