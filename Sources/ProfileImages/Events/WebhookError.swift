/// Why a webhook cannot be added.
package enum WebhookError: Error, Equatable {
    /// There are as many as there may be.
    case tooMany(limit: Int)
}
