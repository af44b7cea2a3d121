/// Why a user is not imported or restored. Nothing was changed then.
package enum BulkError: Error, Equatable {
    /// The user is known here already, and differs.
    case knownUser
    /// A media item of theirs is somebody else's here.
    case knownMedia(MediaID)
    /// The objects of a media item of theirs are being deleted here; that passes.
    case beingDeleted(MediaID)
    /// A file is not what the manifest says.
    case damagedFile(String)
    /// The manifest says what cannot be; the reason completes "The line".
    case badLine(String)
    /// A path leads out of the folder, or is not a plain file.
    case badPath(String)
    /// There is no such file.
    case missingFile(String)
}
