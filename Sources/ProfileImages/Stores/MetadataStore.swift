/// Where everything is recorded but the bytes.
///
/// Every method is one transaction; what a changing method did survives a power loss once it returns.
package protocol MetadataStore: ProfileStore, MediaStore, EventStore, WebhookStore, DeliveryStore, AuditStore,
    APIKeyStore, ImportStore, IdentityStore, UploadStore, StagingStore, BulkStore, MaintenanceStore
{
    /// Makes one transaction of what the changing methods do that `body` calls: all of it, or nothing when it throws.
    /// What a method throws that `body` catches, only that method has not done.
    func batch<Value>(_ body: () throws -> Value) throws -> Value

    /// Throws when the store cannot be written to.
    func checkWritable() throws
}
