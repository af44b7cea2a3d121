package import FoundationEssentials

/// Where the bytes of images and documents are kept. An object is replaced as a whole or not at all.
package protocol ObjectStore: Sendable {
    /// Stores `bytes` under `key`; they survive a power loss once this returns. No reader ever sees a part of them.
    /// - Throws: `StoreError`.
    func put(_ bytes: [UInt8], at key: ObjectKey) throws

    /// Like `put` for each; they wait for the disk together.
    func put(_ objects: [(bytes: [UInt8], key: ObjectKey)]) throws

    /// The object's bytes, or nil when there is no such object.
    func get(_ key: ObjectKey) throws -> [UInt8]?

    /// Hands the object's bytes over a piece at a time, so that no more of it is in the memory. What is deleted meanwhile comes
    /// as zeros.
    /// - Parameters:
    ///   - begin: is called first, with the number of bytes.
    ///   - take: is called with each piece.
    /// - Returns: false when there is no such object; nothing is called then.
    func read(_ key: ObjectKey, begin: (_ byteCount: Int) -> Void, _ take: ([UInt8]) -> Void) throws -> Bool

    /// What is known of an object without its bytes; nil when there is no such object.
    func head(_ key: ObjectKey) throws -> StoredObject?

    /// The objects whose keys begin with `prefix`, which ends in a slash; in no order.
    func list(_ prefix: String) throws -> [StoredObject]

    /// Deletes objects: they stay gone after a power loss once this returns. No object is no error.
    func delete(_ keys: [ObjectKey]) throws

    /// Like `delete` for all objects whose keys begin with `prefix`, which ends in a slash.
    func deleteAll(_ prefix: String) throws

    /// What interrupted writes and deletions from before `time` have left under `prefix`, which ends in a slash.
    func unfinished(_ prefix: String, before time: Date) throws -> [ObjectKey]

    /// How the web server gets an object.
    func delivery(of key: ObjectKey, _ cachePolicy: Delivery.CachePolicy) -> Delivery

    /// How many bytes can still be stored; nil when the store cannot tell.
    var freeBytes: Int? { get }

    /// - Throws: `StoreError` when the store cannot be written to.
    func checkWritable() throws
}

/// An object that is stored.
package struct StoredObject: Equatable, Sendable {
    package let key: ObjectKey
    package let byteCount: Int
    package let modifiedAt: Date

    package init(key: ObjectKey, byteCount: Int, modifiedAt: Date) {
        self.key = key
        self.byteCount = byteCount
        self.modifiedAt = modifiedAt
    }
}

/// How the web server gets an object that portraitd says it may send.
package enum Delivery: Equatable, Sendable {
    /// Which header fields for caches the web server sends.
    package enum CachePolicy: Sendable {
        /// Those of public pictures, which never change.
        case immutable
        /// Those of portraitd's answer.
        case answer
    }

    /// By a location of its own configuration: nginx's `X-Accel-Redirect`.
    case internalRedirect(String)
}

extension ObjectStore {
    /// Deletes every object of a media item.
    /// - Throws: the first error, after all else was deleted.
    func deleteAll(of item: MediaID) throws {
        var firstError: (any Error)?
        for prefix in ObjectKey.prefixes(of: item) {
            do { try deleteAll(prefix) } catch { firstError = firstError ?? error }
        }
        if let firstError { throw firstError }
    }

    /// Stores the objects of a new item. When it throws, none of them is left.
    func put(_ objects: [(bytes: [UInt8], key: ObjectKey)], of item: MediaID) throws {
        do {
            try put(objects)
        } catch {
            try? deleteAll(of: item)
            throw error
        }
    }

    /// Runs `record`, which names stored objects of new items in the metadata. When it throws, the objects are deleted, unless the
    /// metadata store is in doubt about what was recorded. What cannot be deleted is unreferenced, and gc finds it.
    func keeping<Value>(_ items: [MediaID], if record: () throws -> Value) throws -> Value {
        do {
            return try record()
        } catch {
            if case StoreError.unavailable = error {} else { for item in items { try? deleteAll(of: item) } }
            throw error
        }
    }
}
