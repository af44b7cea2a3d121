package import FoundationEssentials
package import Threads

/// Uploads that are allowed beforehand. `ProfileImageService` makes them.
package struct UploadService: Sendable {
    package let configuredSecrets: Reloadable<UploadSecrets>
    private let creation: ProfileCreation
    private let metadata: any MetadataStore

    package init(secrets: UploadSecrets, creation: ProfileCreation, metadata: any MetadataStore) {
        configuredSecrets = Reloadable(secrets)
        self.creation = creation
        self.metadata = metadata
    }

    /// What signs URLs, and after it what they may have been signed with.
    package func secrets() throws -> [[UInt8]] {
        let configured = configuredSecrets.value
        let current = try configured.current.map { Array($0.utf8) } ?? metadata.instanceSecret()
        return [current] + (configured.old.map { [Array($0.utf8)] } ?? [])
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
        try metadata.write { try $0.addUpload(upload, creation: creation, by: actor, at: now) }
        return upload
    }

    /// - Throws: `UploadError` when the upload may not be made, or not any more; what the store throws.
    package func check(_ upload: PresignedUpload, now: Date = .now) throws {
        guard now < upload.expiresAt else { throw UploadError.expired }
        try metadata.read { try $0.checkUpload(upload.id) }
    }
}
