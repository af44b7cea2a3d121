import Bytes
import Crypto
package import FoundationEssentials

extension WriteTransaction {
    /// Deletes all data of the user except the audit records, and leaves tombstones of the media. The audit records the
    /// digest of the receipt.
    package func eraseUser(_ user: UserID, by actor: AuditActor, at time: Date) throws -> Erasure {
        let media = try bury(.all(of: user)).sorted { $0.id.rawValue < $1.id.rawValue }
        var records = try deleteRecords(of: user)
        records["stagedImages"] = try buryStaged(.uploader(user)).count
        let erasure = Erasure(
            userId: user.rawValue,
            erasedAt: time.inWholeMilliseconds,
            profile: try deleteProfile(of: user),
            media: media.map { Erasure.Item(id: $0.id.rawValue, additionalType: $0.additionalType) },
            records: records
        )
        guard !erasure.isEmpty else { return erasure }
        // The event of an erasure does not wait for the retry of an earlier delivery.
        try hastenQueues(of: user, to: time)
        try record(.profileErased, of: user, subject: erasure.digest(), by: actor, at: time)
        return erasure
    }
}

/// The receipt of an erasure: the removed data and the time.
package struct Erasure: Codable, Equatable, Sendable {
    /// A media item that was removed.
    package struct Item: Codable, Equatable, Sendable {
        package let id: String
        package let additionalType: String

        package init(id: String, additionalType: String) {
            self.id = id
            self.additionalType = additionalType
        }
    }

    package let userId: String
    /// In whole milliseconds.
    package let erasedAt: Date
    /// Whether a profile existed.
    package let profile: Bool
    package let media: [Item]
    /// The number of removed rows of each other kind: events, upload tickets, imports, identities and others.
    package let records: [String: Int]

    package init(userId: String, erasedAt: Date, profile: Bool, media: [Item], records: [String: Int]) {
        self.userId = userId
        self.erasedAt = erasedAt
        self.profile = profile
        self.media = media
        self.records = records
    }

    /// Whether there was no data to remove.
    package var isEmpty: Bool {
        !profile && media.isEmpty && records.values.allSatisfy { $0 == 0 }
    }

    /// The SHA-256 of the receipt as JSON with sorted keys and times in milliseconds since 1970. The audit keeps it, so
    /// that a receipt can be verified later.
    package func digest() throws -> String {
        let encoder = JSONEncoder.standard()
        encoder.dateEncodingStrategy = .millisecondsSince1970
        return SHA256.hash(data: try encoder.encode(self)).map(\.hexadecimal).joined()
    }
}
