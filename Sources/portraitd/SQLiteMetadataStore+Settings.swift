import Server
import Storage
import SystemPackage

extension SQLiteMetadataStore {
    /// Opens the database in the state folder.
    /// - Throws: `SchemaError`, otherwise `Fault`, which names the file.
    convenience init(_ settings: Settings, for purpose: Purpose) throws {
        let path = FilePath(settings.statePath).appending("portraitd.sqlite").string
        do {
            try self.init(path: path, for: purpose)
        } catch let error as SchemaError {
            throw error
        } catch {
            throw Fault("The database \(path) cannot be opened: \(error)")
        }
    }
}
