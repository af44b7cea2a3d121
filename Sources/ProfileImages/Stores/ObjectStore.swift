package import FoundationEssentials

/// Where the bytes of images are kept. An object is replaced as a whole or not at all.
package protocol ObjectStore: Sendable {
    /// Stores `bytes` under `key`; they survive a power loss once this returns. No reader ever sees a part of them.
    /// - Throws: `StoreError`.
    func put(_ bytes: [UInt8], at key: ObjectKey) throws

    /// Like `put` for each; they wait for the disk together.
    func put(_ objects: [(bytes: [UInt8], key: ObjectKey)]) throws

    /// Like `put`, but only beside other objects: false, and nothing is stored, when the key's folder was removed.
    func add(_ bytes: [UInt8], at key: ObjectKey) throws -> Bool

    /// The object's bytes, or nil when there is no such object.
    func get(_ key: ObjectKey) throws -> [UInt8]?

    /// Hands the object's bytes over a piece at a time, so that no more of it is in the memory. What is removed meanwhile comes
    /// as zeros.
    /// - Parameters:
    ///   - begin: is called first, with the number of bytes.
    ///   - take: is called with each piece.
    /// - Returns: false when there is no such object; nothing is called then.
    func read(_ key: ObjectKey, begin: (_ byteCount: Int) -> Void, _ take: ([UInt8]) -> Void) throws -> Bool

    /// Whether there is such an object.
    func contains(_ key: ObjectKey) throws -> Bool

    /// The objects in `folder`.
    func keys(in folder: ObjectKey) throws -> [ObjectKey]

    /// What interrupted writes and removals have left in `folder`.
    func remains(in folder: ObjectKey) throws -> [ObjectKey]

    /// When an object, or a folder with what is directly in it, was changed last; nil when there is none.
    func lastChange(of key: ObjectKey) throws -> Date?

    /// Removes one object. No object is no error.
    func remove(_ key: ObjectKey) throws

    /// Removes every object in `folder`, and the folder: they stay gone after a power loss once this returns, and nothing
    /// can be added. No folder is no error.
    func removeFolder(_ folder: ObjectKey) throws

    /// How many bytes can still be stored; nil when the store cannot tell.
    var freeBytes: Int? { get }

    /// Throws when the store cannot be written to.
    func checkWritable() throws
}
