extension ObjectStore {
    /// Removes every file of a media item.
    func removeAll(of item: MediaID) throws {
        for folder in [ObjectKey.masterFolder(of: item), .folder(of: item), .documentFolder(of: item)] {
            try removeFolder(folder)
        }
    }

    /// Stores the files of a new item, and then names them. When either fails the files are removed; those that cannot be
    /// removed now are unreferenced, and harm nobody.
    func store<Value>(_ item: MediaID, files: () throws -> Void, naming: () throws -> Value) throws -> Value {
        do {
            try files()
        } catch {
            try? removeAll(of: item)
            throw error
        }
        do {
            return try naming()
        } catch {
            // Unless the store is in doubt no row names the new files.
            if case StoreError.unavailable = error {} else { try? removeAll(of: item) }
            throw error
        }
    }
}
