/// Where everything is recorded but the bytes.
///
/// Every method is one transaction; what a changing method did survives a power loss once it returns.
package protocol MetadataStore: ProfileStore, MediaStore, EventStore, WebhookStore, DeliveryStore, AuditStore,
    APIKeyStore, ImportStore, IdentityStore
{
    /// Throws when the store cannot be written to.
    func checkWritable() throws
}
