import Configuration
package import ProfileImages

/// What the operator can set about media items.
package struct MediaSettings: Equatable, Sendable {
    package let keepReplaced: RetentionPolicy
    /// The maximum number of documents of a user.
    package let maxDocuments: Int
    /// The maximum size of a document, in bytes.
    package let maxDocumentBytes: Int
    package let quota: UserQuota

    init(_ reader: inout SettingsReader) {
        reader.section = .pictures
        keepReplaced = reader.retention()
        reader.section = .profiles
        maxDocuments = reader.integer(
            "PORTRAITD_MAX_DOCUMENTS",
            in: 0...1_000_000,
            default: 100,
            help: "The most documents of one user."
        )
        maxDocumentBytes = reader.integer(
            "PORTRAITD_MAX_DOCUMENT_BYTES",
            in: 1024...104_857_600,
            default: 10_485_760,
            help: "The longest document, in bytes."
        )
        quota = UserQuota(
            items: reader.quota(
                "PORTRAITD_MAX_USER_MEDIA",
                help: """
                    The most pictures and documents of one user, replaced pictures included; 0 for any number. More are \
                    answered 413, quota-exceeded.
                    """
            ),
            bytes: reader.quota(
                "PORTRAITD_MAX_USER_BYTES",
                help: """
                    The most bytes of one user's pictures (each in the largest size and the first format) and documents; 0 \
                    for any number. All files of a picture together take a few times as much.
                    """
            )
        )
    }
}

extension SettingsReader {
    /// Nil for 0, which means no limit.
    fileprivate mutating func quota(_ key: String, help: String) -> Int? {
        let limit = integer(key, in: 0...1_000_000_000_000, default: 0, help: help)
        return limit == 0 ? nil : limit
    }

    fileprivate mutating func retention() -> RetentionPolicy {
        value(
            "PORTRAITD_KEEP_REPLACED",
            default: .newest(10),
            written: "10",
            values: "all, none, a number of images like 10, or a number of days like 30d",
            help: "How many replaced pictures of each user are kept, or for how long."
        ) { text in
            if text == "all" { return .all }
            if text == "none" { return .newest(0) }
            let isDays = text.hasSuffix("d")
            guard let number = Int(isDays ? text.dropLast() : text[...]), (0...100_000).contains(number) else {
                return nil
            }
            return isDays ? .days(number) : .newest(number)
        }
    }
}

/// What the operator can set about upload tickets.
package struct UploadSettings: Equatable, Sendable {
    /// The maximum lifetime of a ticket, and its default, in seconds.
    package let lifetime: Int
    package let secrets: UploadSecrets
    /// The number of days that a staged image is kept without a claim.
    package let keepStagedDays: Int

    init(_ reader: inout SettingsReader) {
        reader.section = .tickets
        lifetime = reader.integer(
            "PORTRAITD_UPLOAD_SECONDS",
            in: 1...604_800,
            default: 900,
            help: "How many seconds an upload ticket (a pre-signed URL) is valid at most."
        )
        secrets = UploadSecrets(
            current: reader.secret(
                "PORTRAITD_UPLOAD_SECRET",
                minBytes: 32,
                note: "a secret that the database keeps",
                help: "The secret that signs upload tickets."
            ),
            old: reader.secret(
                "PORTRAITD_UPLOAD_SECRET_OLD",
                minBytes: 32,
                help: "The secret that signed them before; remove it when the last of those tickets has expired."
            )
        )
        // The minimum is longer than the lifetime of a ticket, because the name of a picture must be known until the
        // ticket expires.
        keepStagedDays = reader.integer(
            "PORTRAITD_KEEP_STAGED_DAYS",
            in: 8...3650,
            default: 30,
            help: "How many days an uploaded picture is kept that no user has claimed (Authgear)."
        )
    }
}
