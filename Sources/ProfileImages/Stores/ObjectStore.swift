import Bytes
import Crypto
package import FoundationEssentials

/// Stores the bytes of images and documents. Writing is atomic: an object is replaced as a whole or not at all.
package protocol ObjectStore: Sendable {
    /// Stores `bytes` under `key`; they survive a power loss once this returns. Readers never see a part of them.
    /// - Throws: `StoreError`.
    func put(_ bytes: [UInt8], at key: ObjectKey) throws

    /// Stores several objects like `put`, with one wait for the disk.
    func put(_ objects: [(bytes: [UInt8], key: ObjectKey)]) throws

    /// Returns the object's bytes; nil if it does not exist.
    func get(_ key: ObjectKey) throws -> [UInt8]?

    /// Reads the object in pieces, so that only one piece is in memory. If the file is truncated meanwhile, the missing
    /// bytes are read as zeros.
    /// - Parameters:
    ///   - begin: called first, with the number of bytes.
    ///   - take: called with each piece.
    /// - Returns: false if the object does not exist; neither function is called then.
    func read(_ key: ObjectKey, begin: (_ byteCount: Int) -> Void, _ take: ([UInt8]) -> Void) throws -> Bool

    /// Returns the object's size and modification time without its bytes; nil if it does not exist.
    func head(_ key: ObjectKey) throws -> StoredObject?

    /// Returns the objects whose keys begin with `prefix`, which ends in a slash, in any order.
    func list(_ prefix: String) throws -> [StoredObject]

    /// Deletes objects; they stay deleted after a power loss once this returns. A missing object is not an error.
    func delete(_ keys: [ObjectKey]) throws

    /// Deletes all objects whose keys begin with `prefix`, which ends in a slash.
    func deleteAll(_ prefix: String) throws

    /// Returns the remains of writes and deletions under `prefix`, which ends in a slash, that were interrupted before
    /// `time`.
    func unfinished(_ prefix: String, before time: Date) throws -> [ObjectKey]

    /// Returns how the web server sends an object.
    func delivery(of key: ObjectKey, _ cachePolicy: Delivery.CachePolicy) -> Delivery

    /// The number of bytes that can still be stored; nil if the store does not know it.
    var freeBytes: Int? { get }

    /// - Throws: `StoreError` if the store is not writable.
    func checkWritable() throws
}

/// A stored object without its bytes.
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

/// The instruction for the web server to send an object.
package enum Delivery: Equatable, Sendable {
    /// The source of the cache header fields.
    package enum CachePolicy: Sendable {
        /// The header fields for public images, which never change.
        case immutable
        /// The header fields of portraitd's answer.
        case answer
    }

    /// A path in an internal location of the web server: nginx's `X-Accel-Redirect`.
    case internalRedirect(String)
}

extension ObjectStore {
    /// Deletes all objects of a media item.
    /// - Throws: the first error, after all deletions were tried.
    func deleteAll(of item: MediaID) throws {
        var firstError: (any Error)?
        for prefix in ObjectKey.prefixes(of: item) {
            do { try deleteAll(prefix) } catch { firstError = firstError ?? error }
        }
        if let firstError { throw firstError }
    }

    /// Stores the objects of a new item. If this throws, it deletes all of them.
    func put(_ objects: [(bytes: [UInt8], key: ObjectKey)], of item: MediaID) throws {
        do {
            try put(objects)
        } catch {
            try? deleteAll(of: item)
            throw error
        }
    }

    /// Runs `record`, which inserts rows for the stored objects of new items. If it throws, the objects are deleted,
    /// except after `StoreError.unavailable`, which may have recorded the rows. gc finds objects that cannot be
    /// deleted.
    func keeping<Value>(_ items: [MediaID], if record: () throws -> Value) throws -> Value {
        do {
            return try record()
        } catch {
            if case StoreError.unavailable = error {} else { for item in items { try? deleteAll(of: item) } }
            throw error
        }
    }
}

/// The SHA-256 of a file's bytes in lower-case hexadecimal digits.
package struct ContentDigest: RawRepresentable, Hashable, Codable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(of bytes: [UInt8]) {
        rawValue = SHA256.hash(data: bytes).map(\.hexadecimal).joined()
    }
}
