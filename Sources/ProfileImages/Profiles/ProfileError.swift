/// Why a profile is not what a change needs it to be. Nothing was changed then.
package enum ProfileError: Error, Equatable {
    /// There is no such user, and users are not made by using them.
    case unknownUser
    /// The profile is not the one that the client last saw; this is its revision now, nil when there is none.
    case otherRevision(Int64?)
    /// Metadata would take this many bytes as JSON.
    case metadataTooLarge(ProfileAttribute, bytes: Int, limit: Int)
    /// Metadata would be nested this deep.
    case metadataTooDeep(ProfileAttribute, depth: Int, limit: Int)
    /// The claim cannot have this value.
    case badClaim(StandardClaim)
}
