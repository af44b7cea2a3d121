/// What a media item is, as schema.org's `additionalType` says.
package struct AdditionalType: RawRepresentable, Hashable, Sendable {
    /// A picture of the user, of which one is the current one.
    package static let profileImage = Self(verified: "ProfileImage")

    /// The longest, in bytes.
    package static let maxBytes = 64

    package let rawValue: String

    /// Returns nil unless `rawValue` has 1 to 64 ASCII letters, digits, hyphens and underscores. A word that is nearly
    /// `ProfileImage` is nil too: a picture that somebody meant to show must not end among the documents.
    package init?(rawValue: String) {
        guard (1...Self.maxBytes).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy(Self.isAllowed),
            rawValue == Self.profileImage.rawValue || !Self.isNearlyProfileImage(rawValue)
        else { return nil }
        self.rawValue = rawValue
    }

    private init(verified rawValue: String) {
        self.rawValue = rawValue
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Up to two letters wrong, whatever case and punctuation.
    private static func isNearlyProfileImage(_ text: String) -> Bool {
        let letters = text.lowercased().filter(\.isLetter)
        return editDistance(Array(letters.utf8), Array("profileimage".utf8)) <= 2
    }

    /// The least number of insertions, deletions and replacements between two words: Levenshtein.
    private static func editDistance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var row = Array(0...other.count)
        for (index, byte) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in other.indices {
                let replaced = diagonal + (byte == other[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[other.count]
    }
}
