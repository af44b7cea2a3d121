package import FoundationEssentials

/// Finds the files that nothing refers to, and removes them. What has no name of ours is somebody else's, and left alone.
package struct GarbageCollection: Sendable {
    /// A file is stored before it is named: one that is younger than this may belong to an upload in progress. In seconds.
    package static let minAge = 86_400.0

    private let metadata: any MetadataStore
    private let objects: any ObjectStore

    package init(metadata: any MetadataStore, objects: any ObjectStore) {
        self.metadata = metadata
        self.objects = objects
    }

    /// Looks at all files.
    /// - Parameters:
    ///   - limit: only what was not changed since then counts.
    ///   - removing: whether what is found is removed. It is looked at once more then, while nobody can name it.
    ///   - progress: is called for each of `ObjectKey.shards`.
    ///   - found: is called with each file or folder.
    package func run(
        changedBefore limit: Date,
        removing: Bool,
        progress: () -> Void = {},
        found: (ObjectKey) throws -> Void
    ) throws {
        for shard in ObjectKey.shards {
            var folders = try objects.keys(in: shard).filter { $0.item != nil }
            // Whole folders first: what is removed from one makes it young.
            for (item, folder) in try unreferenced(folders) where try isOld(folder, limit) {
                if removing, try !remove(folder, of: item) { continue }
                try found(folder)
                folders.removeAll { $0 == folder }
            }
            for folder in [shard] + folders {
                for key in try objects.remains(in: folder) where try isOld(key, limit) {
                    if removing { try objects.remove(key) }
                    try found(key)
                }
            }
            progress()
        }
    }

    private func unreferenced(_ folders: [ObjectKey]) throws -> [(item: MediaID, folder: ObjectKey)] {
        let items = folders.compactMap { folder in folder.item.map { (item: $0, folder: folder) } }
        let referenced = try metadata.read { try $0.referenced(Set(items.map(\.item))) }
        return items.filter { !referenced.contains($0.item) }
    }

    private func isOld(_ key: ObjectKey, _ limit: Date) throws -> Bool {
        // Gone meanwhile is not old.
        try objects.lastChange(of: key).map { $0 < limit } ?? false
    }

    /// - Returns: false when it was named meanwhile.
    private func remove(_ folder: ObjectKey, of item: MediaID) throws -> Bool {
        // A tombstone keeps the name from being used while the files go.
        let isUnreferenced = try metadata.write { transaction in
            guard try transaction.referenced([item]).isEmpty else { return false }
            try transaction.insertTombstone(of: item, user: nil)
            return true
        }
        guard isUnreferenced else { return false }
        try objects.removeFolder(folder)
        try metadata.write { try $0.deleteTombstone(of: item) }
        return true
    }
}
