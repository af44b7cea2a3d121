/// Where the bytes of images are kept. Objects are written once and never changed.
package protocol ObjectStore: Sendable {
    /// Stores `bytes` under `key`; they survive a power loss once this returns. No reader ever sees a part of them.
    /// - Throws: `StoreError`.
    func put(_ bytes: [UInt8], at key: ObjectKey) throws

    /// The object's bytes, or nil when there is no such object.
    func get(_ key: ObjectKey) throws -> [UInt8]?

    /// Removes every object in `folder`; they stay gone after a power loss once this returns. No objects is no error.
    func removeFolder(_ folder: ObjectKey) throws

    /// Throws when the store cannot be written to.
    func checkWritable() throws
}
