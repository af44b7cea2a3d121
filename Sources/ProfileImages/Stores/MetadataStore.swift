/// Where everything is recorded but the bytes.
///
/// A transaction offers rows and decides nothing: the rules are functions over transactions, one file for each change, beside
/// what they change. No file and no network is touched inside a transaction.
package protocol MetadataStore: Sendable {
    /// Runs `body`, whose reads see one moment. It may run twice, so that it only reads.
    /// - Throws: `StoreError`, or what `body` throws.
    func read<Value>(_ body: (any ReadTransaction) throws -> Value) throws -> Value

    /// Runs `body` in one transaction, which reads its own writes and survives a power loss once this returns. Throwing from
    /// `body` undoes all of it. Transactions do not nest; a part that is to be undone alone is a `savepoint`.
    /// - Throws: `StoreError`, or what `body` throws.
    func write<Value>(_ body: (any WriteTransaction) throws -> Value) throws -> Value

    /// - Throws: `StoreError` when the store cannot be written to.
    func checkWritable() throws

    /// Takes out of the store's files what is still there of users who were erased since the last time, a bounded part of it.
    /// - Returns: whether there is more to do.
    func purgeErased() throws -> Bool
}

/// The rows as of one moment.
package protocol ReadTransaction: ProfileReading, MediaReading, StagingReading, EventReading, AuditReading,
    WebhookReading, DeliveryReading, ImportReading, IdentityReading, UploadReading, APIKeyReading, BulkReading,
    MaintenanceReading
{}

/// The rows, and changes of them that become visible to others together.
package protocol WriteTransaction: ReadTransaction, ProfileWriting, MediaWriting, StagingWriting, EventWriting,
    AuditWriting, WebhookWriting, DeliveryWriting, ImportWriting, IdentityWriting, UploadWriting, APIKeyWriting,
    BulkWriting, MaintenanceWriting
{
    /// Runs `body`; throwing from it undoes what it has changed, and nothing else.
    func savepoint<Value>(_ body: () throws -> Value) throws -> Value
}
