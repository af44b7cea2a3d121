package import FoundationEssentials

/// Finds the objects that nothing refers to, and deletes them. What has no name of ours is somebody else's, and left alone.
package struct GarbageCollection: Sendable {
    /// An object is stored before it is named: one that is younger than this may belong to an upload in progress. In seconds.
    package static let minAge = 86_400.0

    private let metadata: any MetadataStore
    private let objects: any ObjectStore

    package init(metadata: any MetadataStore, objects: any ObjectStore) {
        self.metadata = metadata
        self.objects = objects
    }

    /// Looks at all objects.
    /// - Parameters:
    ///   - limit: only what was not changed since then counts.
    ///   - removing: whether what is found is deleted. Its item is looked up once more then, in a transaction.
    ///   - progress: is called for each of `ObjectKey.shards`.
    ///   - found: is called with each object.
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

    /// - Returns: false when the item was named meanwhile.
    private func delete(_ keys: [ObjectKey], of item: MediaID) throws -> Bool {
        // A tombstone keeps the name from being used while the objects go.
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
