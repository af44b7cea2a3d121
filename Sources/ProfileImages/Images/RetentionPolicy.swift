/// How long a replaced image stays in the user's media list, and its URLs work.
package enum RetentionPolicy: Equatable, Sendable {
    /// Until somebody deletes it.
    case all
    /// So many of each user's, the newest; 0 keeps none.
    case newest(Int)
    /// So long after it was replaced.
    case days(Int)
}
