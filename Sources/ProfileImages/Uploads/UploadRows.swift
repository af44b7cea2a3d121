package import FoundationEssentials

/// The uploads that were allowed beforehand, until they expire; and the installation's secret.
package protocol UploadReading {
    /// Nil when there is no such upload: it was withdrawn, or has expired.
    func upload(_ id: String) throws -> UploadUse?

    /// The installation's own secret, 32 random bytes that never change; nil when there is none.
    func instanceSecret() throws -> [UInt8]?
}

package protocol UploadWriting {
    func insertUpload(_ upload: PresignedUpload) throws

    func setUsed(upload id: String, for image: MediaID, at time: Date) throws

    func deleteUploads(expiredBefore time: Date) throws
}

/// Whether an upload was made.
package enum UploadUse: Equatable, Sendable {
    case unused
    case used
}
