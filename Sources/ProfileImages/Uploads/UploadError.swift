/// Why an upload that was allowed beforehand may not be made. Nothing was changed then.
package enum UploadError: Error, Equatable {
    /// Its time is over.
    case expired
    /// It was made already.
    case used
    /// The user was erased since.
    case withdrawn
}
