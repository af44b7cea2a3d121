package import ProfileImages

/// What the operator can set about media.
package struct MediaSettings: Equatable, Sendable {
    package let keepReplaced: RetentionPolicy
    /// How many documents a user may have.
    package let maxDocuments: Int
    /// The longest document, in bytes.
    package let maxDocumentBytes: Int
    package let quota: UserQuota
}

extension SettingsReader {
    private static let defaultKept = 10

    mutating func media() -> MediaSettings {
        MediaSettings(
            keepReplaced: keepReplaced("PORTRAITD_KEEP_REPLACED"),
            maxDocuments: integer("PORTRAITD_MAX_DOCUMENTS", in: 0...1_000_000, default: 100),
            maxDocumentBytes: integer("PORTRAITD_MAX_DOCUMENT_BYTES", in: 1024...104_857_600, default: 10_485_760),
            quota: UserQuota(items: quota("PORTRAITD_MAX_USER_MEDIA"), bytes: quota("PORTRAITD_MAX_USER_BYTES"))
        )
    }

    /// Nil for 0, which is any amount.
    private mutating func quota(_ key: String) -> Int? {
        let limit = integer(key, in: 0...1_000_000_000_000, default: 0)
        return limit == 0 ? nil : limit
    }

    /// `all`, `none`, a number of images, or a number of days with `d`.
    private mutating func keepReplaced(_ key: String) -> RetentionPolicy {
        guard let text = text(key, default: String(Self.defaultKept)) else { return .newest(Self.defaultKept) }
        switch text {
        case "all": return .all
        case "none": return .newest(0)
        default:
            let isDays = text.hasSuffix("d")
            if let number = Int(isDays ? text.dropLast() : text[...]), (0...100_000).contains(number) {
                return isDays ? .days(number) : .newest(number)
            }
            addFault(key, "all, none, a number of images like 10, or a number of days like 30d")
            return .newest(Self.defaultKept)
        }
    }
}
