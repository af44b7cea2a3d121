package import FoundationEssentials

/// The uploads that were allowed beforehand, until they expire.
package protocol UploadStore: Sendable {
    /// Records that `upload` may be made. Those that expired before are forgotten.
    /// - Throws: `ProfileError.unknownUser`.
    func addUpload(_ upload: PresignedUpload, creation: ProfileCreation, by actor: Actor, at time: Date) throws

    /// - Throws: `UploadError` unless the upload may still be made.
    func checkUpload(_ id: String) throws

    /// Records that the upload has made `image`: in one batch with setting it, so that neither is without the other.
    /// - Throws: `UploadError` unless it may still be made.
    func useUpload(_ id: String, for image: MediaID, at time: Date) throws

    /// The installation's own secret: 32 random bytes that never change. Pseudonyms are keyed with it, and it signs URLs
    /// where the operator has set no secret for them.
    func instanceSecret() throws -> [UInt8]
}
