/// Stores all data except the bytes of images and documents.
///
/// A transaction reads and writes rows, and decides nothing. The rules are functions over transactions: each change has
/// its own file in the folder of the values that it changes. Code in a transaction uses neither files nor the network.
package protocol MetadataStore: Sendable {
    /// Runs `body` in one read transaction: all its reads see the same state. `body` may run twice, so it must only
    /// read.
    /// - Throws: `StoreError`, or an error of `body`.
    func read<Value>(_ body: (any ReadTransaction) throws -> Value) throws -> Value

    /// Runs `body` in one write transaction, which reads its own writes and survives a power loss once this returns. If
    /// `body` throws, all its changes are undone. Transactions do not nest; use `savepoint` to undo a part.
    /// - Throws: `StoreError`, or an error of `body`.
    func write<Value>(_ body: (any WriteTransaction) throws -> Value) throws -> Value

    /// - Throws: `StoreError` if the store is not writable.
    func checkWritable() throws

    /// Removes the remains of erased users from the store's files; each call does a bounded part of the work.
    /// - Returns: whether work is left.
    func purgeErased() throws -> Bool
}

/// Reads rows; all reads see the same state.
package protocol ReadTransaction: ProfileReading, MediaReading, StagingReading, EventReading, AuditReading,
    WebhookReading, DeliveryReading, ImportReading, IdentityReading, UploadReading, APIKeyReading, BulkReading,
    MaintenanceReading
{}

/// Reads and changes rows; all changes become visible to other transactions together.
package protocol WriteTransaction: ReadTransaction, ProfileWriting, MediaWriting, StagingWriting, EventWriting,
    AuditWriting, WebhookWriting, DeliveryWriting, ImportWriting, IdentityWriting, UploadWriting, APIKeyWriting,
    BulkWriting, MaintenanceWriting
{
    /// Runs `body`; if it throws, only the changes of `body` are undone.
    func savepoint<Value>(_ body: () throws -> Value) throws -> Value
}

/// The reason why an operation of a store failed. Nothing was changed, except possibly after `unavailable`.
package enum StoreError: Error, Equatable, CustomStringConvertible {
    /// No disk space or quota is left.
    case full
    /// Another thread or process has locked the store; a retry may succeed.
    case busy
    /// Any other failure, with the system's message.
    case unavailable(String)

    /// A message for the operator.
    package var description: String {
        switch self {
        case .full: "a store has too little space left"
        case .busy: "a store is held by another change"
        case .unavailable(let reason): reason
        }
    }
}
