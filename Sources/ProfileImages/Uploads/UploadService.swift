package import FoundationEssentials

/// Uploads that are allowed beforehand. `ProfileImageService` makes them.
package struct UploadService: Sendable {
    private let secret: String?
    private let oldSecret: String?
    private let creation: ProfileCreation
    private let metadata: any MetadataStore

    /// - Parameters:
    ///   - secret: what URLs are signed with; nil for one that the store keeps.
    ///   - oldSecret: what they were signed with before. Those still work.
    package init(secret: String?, oldSecret: String?, creation: ProfileCreation, metadata: any MetadataStore) {
        self.secret = secret
        self.oldSecret = oldSecret
        self.creation = creation
        self.metadata = metadata
    }

    /// What signs URLs, and after it what they may have been signed with.
    package func secrets() throws -> [[UInt8]] {
        let current = try secret.map { Array($0.utf8) } ?? metadata.uploadSecret()
        return [current] + (oldSecret.map { [Array($0.utf8)] } ?? [])
    }

    /// Allows one upload.
    /// - Throws: `ProfileError.unknownUser`, or what the store throws.
    package func allow(
        _ user: UserID,
        lifetime: Int,
        maxBytes: Int,
        by actor: Actor,
        now: Date = .now
    ) throws -> PresignedUpload {
        let upload = PresignedUpload(
            id: UInt128.random(in: .min ... .max).hexadecimal,
            userID: user,
            expiresAt: now.addingTimeInterval(Double(lifetime)),
            maxBytes: maxBytes
        )
        try metadata.addUpload(upload, creation: creation, by: actor, at: now)
        return upload
    }

    /// - Throws: `UploadError` when the upload may not be made, or not any more; what the store throws.
    package func check(_ upload: PresignedUpload, now: Date = .now) throws {
        guard now < upload.expiresAt else { throw UploadError.expired }
        try metadata.checkUpload(upload.id)
    }
}
