import Bytes
package import FoundationEssentials
package import Threads

/// Issues and checks upload tickets. `ProfileImageService` stores the uploads.
package struct UploadService: Sendable {
    package let configuredSecrets: Reloadable<UploadSecrets>
    private let creation: ProfileCreation
    private let metadata: any MetadataStore

    package init(secrets: UploadSecrets, creation: ProfileCreation, metadata: any MetadataStore) {
        configuredSecrets = Reloadable(secrets)
        self.creation = creation
        self.metadata = metadata
    }

    /// The secret that signs URLs, followed by the old secret that is still accepted.
    package func secrets() throws -> [[UInt8]] {
        let configured = configuredSecrets.value
        let current = try configured.current.map { Array($0.utf8) } ?? metadata.instanceSecret()
        return [current] + (configured.old.map { [Array($0.utf8)] } ?? [])
    }

    /// Issues an upload ticket.
    /// - Throws: `ProfileError.unknownUser`, or an error of the store.
    package func allow(
        _ user: UserID,
        lifetime: Int,
        maxBytes: Int,
        by actor: AuditActor,
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

    /// - Throws: `UploadError` if the ticket is expired, used or withdrawn; an error of the store.
    package func check(_ upload: PresignedUpload, now: Date = .now) throws {
        guard now < upload.expiresAt else { throw UploadError.expired }
        try metadata.read { try $0.checkUpload(upload.id) }
    }
}

/// An upload ticket: its pre-signed URL may set the user's image once, without a credential.
package struct PresignedUpload: Equatable, Sendable {
    /// 128 random bits as hexadecimal digits.
    package let id: String
    /// The user whose image it sets.
    package let userID: UserID
    /// The time at which the URL expires, in whole seconds.
    package let expiresAt: Date
    /// The maximum size of the picture.
    package let maxBytes: Int

    package init(id: String, userID: UserID, expiresAt: Date, maxBytes: Int) {
        self.id = id
        self.userID = userID
        self.expiresAt = Date(timeIntervalSince1970: expiresAt.timeIntervalSince1970.rounded(.down))
        self.maxBytes = maxBytes
    }
}

/// The secrets that the operator has set for signing upload URLs.
package struct UploadSecrets: Equatable, Sendable {
    /// The current secret; nil for the secret of the installation.
    package let current: String?
    /// The previous secret, whose URLs are still accepted.
    package let old: String?

    package init(current: String?, old: String?) {
        self.current = current
        self.old = old
    }
}
