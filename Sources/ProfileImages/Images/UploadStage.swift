/// The parts of the work on an upload, in their order.
package enum UploadStage: String, CaseIterable, Sendable {
    /// The picture is decoded, and encoded as it is kept.
    case process
    /// The files are written and flushed.
    case store
    /// The database is told.
    case record
}
