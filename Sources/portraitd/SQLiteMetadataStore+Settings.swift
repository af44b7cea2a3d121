import Server
import Storage
import SystemPackage

extension SQLiteMetadataStore {
    /// Opens the database in the state folder.
    convenience init(_ settings: Settings) throws {
        try self.init(
            path: FilePath(settings.statePath).appending("portraitd.sqlite").string,
            quota: settings.media.quota
        )
    }
}
