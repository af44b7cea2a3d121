/// Why a store could not do what was asked. Nothing was changed then, unless it is `unavailable`.
package enum StoreError: Error, Equatable, CustomStringConvertible {
    /// No space, or no quota, is left.
    case full
    /// Another thread or process holds the store; that passes.
    case busy
    /// Anything else, in the words of the system.
    case unavailable(String)

    /// For the operator.
    package var description: String {
        switch self {
        case .full: "a store has too little space left"
        case .busy: "a store is held by another change"
        case .unavailable(let reason): reason
        }
    }
}
