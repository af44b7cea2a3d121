package import FoundationEssentials

/// Finds unreferenced objects and deletes them. Objects whose keys portraitd does not create are ignored.
package struct GarbageCollection: Sendable {
    /// The minimum age of unreferenced objects in seconds. Objects are stored before their rows, so a younger object
    /// may belong to an upload in progress.
    package static let minAge = 86_400.0

    private let metadata: any MetadataStore
    private let objects: any ObjectStore

    package init(metadata: any MetadataStore, objects: any ObjectStore) {
        self.metadata = metadata
        self.objects = objects
    }

    /// Checks all objects.
    /// - Parameters:
    ///   - limit: objects that were changed at this time or later are ignored.
    ///   - removing: whether found objects are deleted, after a second check in a transaction.
    ///   - progress: called for each of `ObjectKey.shards`.
    ///   - found: called with each object.
    package func run(
        changedBefore limit: Date,
        removing: Bool,
        progress: () -> Void = {},
        found: (ObjectKey) throws -> Void
    ) throws {
        for shard in ObjectKey.shards {
            for (item, objects) in try unreferenced(shard) where objects.allSatisfy({ $0.modifiedAt < limit }) {
                if removing, try !delete(objects.map(\.key), of: item) { continue }
                for object in objects { try found(object.key) }
            }
            let unfinished = try objects.unfinished(shard, before: limit)
            if removing { try objects.delete(unfinished) }
            for key in unfinished { try found(key) }
            progress()
        }
    }

    private func unreferenced(_ shard: String) throws -> [(item: MediaID, objects: [StoredObject])] {
        let items = Dictionary(grouping: try objects.list(shard).filter { $0.key.item != nil }) { $0.key.item }
        let referenced = try metadata.read { try $0.referenced(Set(items.keys.compactMap(\.self))) }
        return items.compactMap { item, objects in
            item.flatMap { referenced.contains($0) ? nil : (item: $0, objects: objects) }
        }
    }

    /// - Returns: false if a row refers to the item by now.
    private func delete(_ keys: [ObjectKey], of item: MediaID) throws -> Bool {
        // The tombstone prevents a new use of the identifier while the objects are deleted.
        let isUnreferenced = try metadata.write { transaction in
            guard try transaction.referenced([item]).isEmpty else { return false }
            try transaction.insertTombstone(of: item, user: nil)
            return true
        }
        guard isUnreferenced else { return false }
        try objects.delete(keys)
        try metadata.write { try $0.deleteTombstone(of: item) }
        return true
    }
}
