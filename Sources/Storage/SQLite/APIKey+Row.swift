import Foundation
import GRDB
import ProfileImages

extension APIKey {
    static let selectSQL = "SELECT id, name, scopes, digest, created_at FROM api_key"

    /// The scopes as the `api_key` table keeps them.
    var scopesText: String {
        scopes.map(\.rawValue).sorted().joined(separator: " ")
    }

    init(row: Row) {
        let scopes = (row["scopes"] as String).split(separator: " ").map { Scope(rawValue: String($0)) }
        self.init(
            id: row["id"],
            name: row["name"],
            scopes: Set(scopes),
            digest: Array(row["digest"] as Data),
            createdAt: Date(milliseconds: row["created_at"])
        )
    }
}
