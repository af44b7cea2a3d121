/// Why a store could not do what was asked. Nothing was changed then, unless it is `unavailable`.
package enum StoreError: Error, Equatable {
    /// No space, or no quota, is left.
    case full
    /// Somebody else holds the store; that passes.
    case busy
    /// Anything else, in the words of the system.
    case unavailable(String)
}
