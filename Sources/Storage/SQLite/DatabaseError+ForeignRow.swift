import GRDB

extension DatabaseError {
    /// A table holds what this program does not write.
    static func foreignRow(in table: String) -> DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: "\(table) holds a row that is not ours")
    }
}
