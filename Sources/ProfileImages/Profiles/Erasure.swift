import Crypto
package import FoundationEssentials

/// The receipt for a user who was erased: what was removed, and when.
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
    /// Whether there was a profile.
    package let profile: Bool
    package let media: [Item]
    /// How many rows of each other kind were removed: events, pre-signed uploads, imports, identities.
    package let records: [String: Int]

    package init(userId: String, erasedAt: Date, profile: Bool, media: [Item], records: [String: Int]) {
        self.userId = userId
        self.erasedAt = erasedAt
        self.profile = profile
        self.media = media
        self.records = records
    }

    /// Whether nothing was there to be removed.
    package var isEmpty: Bool {
        !profile && media.isEmpty && records.values.allSatisfy { $0 == 0 }
    }

    /// SHA-256 of the receipt as JSON with sorted keys and times in milliseconds: the audit keeps it, so that a receipt
    /// can be recognised later.
    package func digest() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .millisecondsSince1970
        return SHA256.hash(data: try encoder.encode(self)).map(\.hexadecimal).joined()
    }
}
