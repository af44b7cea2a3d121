/// Why a picture is not stored for somebody to name later. Nothing was changed then.
package enum StagingError: Error, Equatable {
    /// There is, or was, a picture of this name.
    case duplicate
    /// The user who sends it was erased.
    case unknownUploader
}
