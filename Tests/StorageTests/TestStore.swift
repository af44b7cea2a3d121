import ProfileImages
import Storage
import TestSupport

/// The metadata store that the suites of this target are about, empty and of its own. What they test is what the rules rely on,
/// whatever database there is: each store passes all of it. `SQLiteMetadataStoreTests` and `MigrationsTests` are SQLite's own.
enum TestStore {
    /// Opens the store that the folder has under a name, making it where there is none.
    static func make(in folder: TemporaryFolder, _ name: String = "test") throws -> any MetadataStore {
        try SQLiteMetadataStore(path: "\(folder.path)/\(name).sqlite")
    }
}
