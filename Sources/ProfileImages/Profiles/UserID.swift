/// The user that an image belongs to, as the application names it: the `sub` of its tokens.
///
/// Any UTF-8 text of 1 to 255 bytes without control characters. It is opaque: never parsed, never part of a file name.
package struct UserID: RawRepresentable, Hashable, Codable, Sendable {
    /// The longest identifier in UTF-8 bytes; OpenID Connect Core §2 bounds `sub` likewise.
    package static let maxBytes = 255

    package let rawValue: String

    /// Returns nil when `rawValue` is empty, too long, or holds a control character.
    package init?(rawValue: String) {
        guard (1...Self.maxBytes).contains(rawValue.utf8.count),
            !rawValue.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        self.rawValue = rawValue
    }

    /// Byte by byte, as the stores compare: Swift holds `é` to equal `e` with a combining accent, but they are two users.
    package static func == (one: UserID, other: UserID) -> Bool {
        one.rawValue.utf8.elementsEqual(other.rawValue.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in rawValue.utf8 { hasher.combine(byte) }
    }
}
