import Server
import Storage
import SystemPackage

/// The two stores of an installation.
struct Stores {
    /// What pictures and documents leave free of the disk: on a full one users could not even be erased.
    private static let reserve = 32 << 20

    let metadata: SQLiteMetadataStore
    let objects: FileObjectStore

    /// - Throws: `SchemaError`, `Fault`, or `StoreError`.
    init(_ settings: Settings, for purpose: SQLiteMetadataStore.Purpose) throws {
        // First: where there is no database, nothing is made.
        metadata = try SQLiteMetadataStore(settings, for: purpose)
        objects = try FileObjectStore(root: FilePath(settings.statePath), reserve: Self.reserve)
    }
}
