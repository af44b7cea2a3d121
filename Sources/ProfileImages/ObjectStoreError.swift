/// Why an object store could not do what was asked.
package enum ObjectStoreError: Error, Equatable {
    /// No space, or no quota, is left.
    case full
    /// Anything else, in the words of the system.
    case unavailable(String)
}
