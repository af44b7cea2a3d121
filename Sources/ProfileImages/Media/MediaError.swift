/// Why a media item is not taken. Nothing was changed then.
package enum MediaError: Error, Equatable {
    /// The user has this many documents already.
    case tooManyDocuments(limit: Int)
    /// With it the user would keep more than their quota allows.
    case tooManyItems(found: Int, limit: Int)
    case tooManyBytes(found: Int, limit: Int)
    /// There is nothing in it.
    case empty
}
