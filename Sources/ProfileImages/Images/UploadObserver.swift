/// Is told how uploads go.
package protocol UploadObserver: Sendable {
    /// A part of the work on an upload has ended, well or not.
    func uploadStage(_ stage: UploadStage, took time: Duration)

    /// An upload was stored, or `error` was thrown for it.
    func uploadEnded(with error: (any Error)?)
}
