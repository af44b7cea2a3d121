package import FoundationEssentials

extension ReadTransaction {
    /// - Throws: `UploadError` if the ticket does not exist or is used.
    package func checkUpload(_ id: String) throws {
        switch try upload(id) {
        case nil: throw UploadError.withdrawn
        case .used: throw UploadError.used
        case .unused: break
        }
    }
}

extension WriteTransaction {
    /// Adds an upload ticket. Deletes tickets 10 minutes after they have expired: an upload that started in time may
    /// still be in progress.
    /// - Throws: `ProfileError.unknownUser`.
    package func addUpload(_ upload: PresignedUpload, creation: ProfileCreation, by actor: AuditActor, at time: Date)
        throws
    {
        guard try creation == .onFirstUse || hasProfile(upload.userID) else { throw ProfileError.unknownUser }
        let afterlife: TimeInterval = 600
        try deleteUploads(expiredBefore: time.addingTimeInterval(-afterlife))
        try insertUpload(upload)
        try insertAuditRecord(.uploadAllowed, of: upload.userID, subject: upload.id, by: actor, at: time)
    }

    /// Marks the ticket as used for `image`.
    /// - Throws: `UploadError` if the ticket does not exist or is used.
    package func useUpload(_ id: String, for image: MediaID, at time: Date) throws {
        try checkUpload(id)
        try setUsed(upload: id, for: image, at: time)
    }
}

extension MetadataStore {
    /// Returns the installation's secret: 32 random bytes that never change, created by a migration. It keys
    /// pseudonyms, and signs upload URLs if the operator has set no secret.
    package func instanceSecret() throws -> [UInt8] {
        guard let secret = try read({ try $0.instanceSecret() }) else {
            throw StoreError.unavailable("the installation has no secret")
        }
        return secret
    }
}

/// Reads upload tickets that have not expired, and the installation's secret.
package protocol UploadReading {
    /// Returns whether the ticket is used; nil if it does not exist, because it was withdrawn or has expired.
    func upload(_ id: String) throws -> UploadUse?

    /// Returns the installation's secret, 32 random bytes that never change; nil if there is none.
    func instanceSecret() throws -> [UInt8]?
}

package protocol UploadWriting {
    func insertUpload(_ upload: PresignedUpload) throws

    func setUsed(upload id: String, for image: MediaID, at time: Date) throws

    func deleteUploads(expiredBefore time: Date) throws
}

/// Whether an upload ticket is used.
package enum UploadUse: Equatable, Sendable {
    case unused
    case used
}

/// The reason why an upload ticket is refused. Nothing was changed.
package enum UploadError: Error, Equatable {
    /// The ticket has expired.
    case expired
    /// The ticket is used already.
    case used
    /// The user was erased after the ticket was issued.
    case withdrawn
}
