/// Why a profile is not what a change needs it to be. Nothing was changed then.
package enum ProfileError: Error, Equatable {
    /// There is no such user, and users are not made by using them.
    case unknownUser
    /// The profile is not the one that the client last saw; this is its revision now, nil when there is none.
    case otherRevision(Int64?)
    /// The metadata would take this many bytes as JSON.
    case metadataTooLarge(bytes: Int, limit: Int)
    /// The metadata would be nested this deep.
    case metadataTooDeep(depth: Int, limit: Int)
}
