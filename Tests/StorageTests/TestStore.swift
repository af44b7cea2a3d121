import ProfileImages
import Storage
import TestSupport

/// A new, empty metadata store for the suites of this target. They test the guarantees of every metadata store: each
/// implementation must pass them. `SQLiteMetadataStoreTests` and `MigrationsTests` are for SQLite only.
enum TestStore {
    /// Opens the store with this name in the folder, and creates it if it is missing.
    static func make(in folder: TemporaryFolder, _ name: String = "test") throws -> any MetadataStore {
        try SQLiteMetadataStore(path: "\(folder.path)/\(name).sqlite")
    }
}
