package import FoundationEssentials

extension ReadTransaction {
    /// - Throws: `UploadError` unless the upload may still be made.
    package func checkUpload(_ id: String) throws {
        switch try upload(id) {
        case nil: throw UploadError.withdrawn
        case .used: throw UploadError.used
        case .unused: break
        }
    }
}

extension WriteTransaction {
    /// Allows one upload. Those that have expired are forgotten, a while later: one that came just in time is still being
    /// worked on.
    /// - Throws: `ProfileError.unknownUser`.
    package func addUpload(_ upload: PresignedUpload, creation: ProfileCreation, by actor: Actor, at time: Date) throws
    {
        guard try creation == .onFirstUse || hasProfile(upload.userID) else { throw ProfileError.unknownUser }
        let afterlife: TimeInterval = 600
        try deleteUploads(expiredBefore: time.addingTimeInterval(-afterlife))
        try insertUpload(upload)
        try insertAuditRecord(.uploadAllowed, of: upload.userID, subject: upload.id, by: actor, at: time)
    }

    /// Records that the upload has made `image`.
    /// - Throws: `UploadError` unless it may still be made.
    package func useUpload(_ id: String, for image: MediaID, at time: Date) throws {
        try checkUpload(id)
        try setUsed(upload: id, for: image, at: time)
    }
}

extension MetadataStore {
    /// The installation's own secret, 32 random bytes that never change. Pseudonyms are keyed with it, and it signs URLs where
    /// the operator has set no secret for them. The schema's migration makes it.
    package func instanceSecret() throws -> [UInt8] {
        guard let secret = try read({ try $0.instanceSecret() }) else {
            throw StoreError.unavailable("the installation has no secret")
        }
        return secret
    }
}
