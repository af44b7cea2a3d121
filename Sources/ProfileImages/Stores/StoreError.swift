/// Why a store could not do what was asked. Nothing was changed then, unless it is `unavailable`.
package enum StoreError: Error, Equatable, CustomStringConvertible {
    /// No space, or no quota, is left.
    case full
    /// Somebody else holds the store; that passes.
    case busy
    /// Anything else, in the words of the system.
    case unavailable(String)

    /// For the operator.
    package var description: String {
        switch self {
        case .full: "too little space is left on the disk of the pictures and the database"
        case .busy: "the database is locked"
        case .unavailable(let reason): reason
        }
    }
}
