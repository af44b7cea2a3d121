import Server
import Storage
import SystemPackage

extension SQLiteMetadataStore {
    /// Opens the database in the state folder.
    /// - Throws: `Fault`, which names the file.
    convenience init(_ settings: Settings) throws {
        let path = FilePath(settings.statePath).appending("portraitd.sqlite").string
        do {
            try self.init(path: path)
        } catch {
            throw Fault("The database \(path) cannot be opened: \(error)")
        }
    }
}
